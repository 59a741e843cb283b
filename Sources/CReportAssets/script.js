// Everything is readable without this script; it adds choices and read-outs.
(function () {
'use strict';
var root = document.documentElement;
function all(selector, from) {
  return Array.prototype.slice.call((from || document).querySelectorAll(selector));
}
function read(id) {
  var element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : null;
}
function press(buttons, chosen) {
  buttons.forEach(function (b) { b.setAttribute('aria-pressed', String(b === chosen)); });
}
function el(name, text, parent) {
  var element = document.createElement(name);
  if (text !== undefined) { element.textContent = text; }
  if (parent) { parent.appendChild(element); }
  return element;
}
// Light and dark: ?theme=dark, then the last choice, then the system's.
var theme = new URLSearchParams(location.search).get('theme');
try { theme = theme || localStorage.getItem('zoo-theme'); } catch (error) { /* no storage here */ }
if (theme === 'dark' || theme === 'light') { root.dataset.theme = theme; }
function isDark() {
  return root.dataset.theme ? root.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme:dark)').matches;
}
all('[data-theme-toggle]').forEach(function (button) {
  function label() { button.textContent = isDark() ? 'Light' : 'Dark'; }
  button.hidden = false;
  label();
  button.addEventListener('click', function () {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try { localStorage.setItem('zoo-theme', root.dataset.theme); } catch (error) { /* no storage */ }
    label();
  });
});
all('[data-copy]').forEach(function (button) {
  if (!navigator.clipboard) { return; }
  button.hidden = false;
  button.addEventListener('click', function () {
    navigator.clipboard.writeText(button.dataset.copy).then(function () {
      button.textContent = 'Copied';
    }, function () { button.textContent = 'Not allowed'; });
  });
});
// Collapsed parts open when a link leads into them, all together, and for paper.
var parts = all('details.part');
function openAround(element) {
  for (; element; element = element.parentElement) {
    if (element.tagName === 'DETAILS') { element.open = true; }
  }
}
function openTarget() {
  var target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  if (!target) { return; }
  openAround(target);
  var own = target.querySelector(':scope > details.part');
  if (own) { own.open = true; target.scrollIntoView(); }
}
addEventListener('hashchange', openTarget);
openTarget();
addEventListener('beforeprint', function () { parts.forEach(function (part) { part.open = true; }); });
all('[data-open-all]').forEach(function (button) {
  button.hidden = false;
  button.addEventListener('click', function () {
    var isOpen = parts.every(function (part) { return part.open; });
    parts.forEach(function (part) { part.open = !isOpen; });
    button.textContent = isOpen ? 'Open all' : 'Close all';
  });
});
// The navigation shows where the reader is.
var links = all('nav a');
if (window.IntersectionObserver) {
  var observer = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) { return; }
      links.forEach(function (link) {
        link.classList.toggle('here', link.getAttribute('href') === '#' + entry.target.id);
      });
    });
  }, { rootMargin: '-20% 0px -70% 0px' });
  all('main section').forEach(function (section) { observer.observe(section); });
}

// Curves: every axis is drawn already, a choice shows one of them.
var axisButtons = all('[data-axis-choice]');
axisButtons.forEach(function (button) {
  button.addEventListener('click', function () {
    press(axisButtons, button);
    all('[data-axis]').forEach(function (plot) {
      plot.hidden = plot.dataset.axis !== button.dataset.axisChoice;
    });
  });
});
var axisNames = ['step', 'tokens', 'supervised', 'flops', 'seconds'];
var axisTitles = ['step ', 'tokens ', 'supervised tokens ', 'training FLOPs ', 'training time '];
function compact(value) {
  var letters = ['', ' k', ' M', ' G', ' T', ' P', ' E'], index = 0;
  while (Math.abs(value) >= 1000 && index + 1 !== letters.length) { value /= 1000; index += 1; }
  return Number(value.toPrecision(3)) + letters[index];
}
function amount(axis, value) {
  return axis === 4 ? Number(value.toFixed(1)) + ' s' : axis === 0 ? String(value) : compact(value);
}
function written(value, percent) {
  return percent ? (100 * value).toFixed(1) + ' %' : value.toFixed(3);
}
var panels = read('curve-data') || [];
all('.plot').forEach(function (plot) {
  var panel = panels[Number(plot.dataset.panel)], svg = plot.querySelector('svg');
  if (!panel || !svg) { return; }
  var axis = axisNames.indexOf(plot.dataset.axis), cursor = svg.querySelector('.cursor');
  var x0 = Number(svg.dataset.x0), x1 = Number(svg.dataset.x1), width = svg.viewBox.baseVal.width;
  var high = 0, stops = [];
  panel.series.forEach(function (series) {
    series.points.forEach(function (point) { high = Math.max(high, point[axis]); });
    if (!series.faint) { series.points.forEach(function (point) { stops.push(point[axis]); }); }
  });
  stops.sort(function (a, b) { return a - b; });
  var tip = el('div', undefined, plot), place = -1;
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('role', 'status');
  function clear() { tip.hidden = true; cursor.textContent = ''; }
  function show(value) {
    var at = x0 + (high ? value / high : 0) * (x1 - x0);
    cursor.textContent = '';
    var line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
    line.setAttribute('x1', at); line.setAttribute('x2', at);
    line.setAttribute('y1', svg.dataset.top); line.setAttribute('y2', svg.dataset.bottom);
    cursor.appendChild(line);
    tip.textContent = '';
    el('b', axisTitles[axis] + amount(axis, value), tip);
    panel.series.forEach(function (series) {
      var best = null;
      series.points.forEach(function (point) {
        if (!best || Math.abs(best[axis] - value) > Math.abs(point[axis] - value)) { best = point; }
      });
      if (!best) { return; }
      var row = el('div', undefined, tip), text = written(best[5], panel.percent);
      if (best.length > 7) {
        text += ' (' + written(best[6], panel.percent) + ' to ' + written(best[7], panel.percent) + ')';
      }
      el('span', series.name, row);
      el('span', text, row);
    });
    tip.hidden = false;
    var pixel = at / width * plot.clientWidth;
    tip.style.left = pixel > plot.clientWidth / 2 ? Math.max(0, pixel - tip.offsetWidth - 12) + 'px'
      : Math.min(plot.clientWidth - tip.offsetWidth, pixel + 12) + 'px';
  }
  function move(event) {
    var box = svg.getBoundingClientRect();
    var at = (event.clientX - box.left) / box.width * width;
    show(Math.max(0, Math.min(1, (at - x0) / (x1 - x0))) * high);
  }
  plot.addEventListener('pointermove', move);
  plot.addEventListener('pointerdown', move);
  plot.addEventListener('pointerleave', clear);
  plot.tabIndex = 0;
  plot.addEventListener('blur', clear);
  plot.addEventListener('keydown', function (event) {
    var step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!step || !stops.length) { return; }
    event.preventDefault();
    place = Math.max(0, Math.min(stops.length - 1, place + step));
    show(stops[place]);
  });
});

// Attention: the pictures are drawn already; a choice of layer and head draws the single ones anew.
var heat = read('attention-data');
if (heat) {
  var figures = all('[data-picture]'), layerChoice = document.getElementById('attention-layer');
  var headChoice = document.getElementById('attention-head');
  var sentenceChoice = document.getElementById('attention-sentence');
  var codes = [];
  // Codes are compressed. Where they cannot be unpacked, the heads stay that are drawn already.
  var unpack = function (picture, index) {
    var text = atob(picture.codes), bytes = new Uint8Array(text.length);
    for (var i = 0; i !== text.length; i += 1) { bytes[i] = text.charCodeAt(i); }
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    return new Response(stream).arrayBuffer().then(function (all) { codes[index] = new Uint8Array(all); });
  };
  var drawSingle = function (figure) {
    var index = Number(figure.dataset.picture), picture = heat.pictures[index];
    if (!codes[index]) { return; }
    var layer = Math.min(Number(layerChoice.value), picture.layers - 1);
    var head = Math.min(Number(headChoice.value), picture.heads - 1), size = picture.tokens.length;
    var start = (layer * picture.heads + head) * size * size;
    var canvas = document.createElement('canvas');
    canvas.width = size; canvas.height = size;
    var pen = canvas.getContext('2d'), image = pen.createImageData(size, size);
    for (var i = 0; i !== size * size; i += 1) {
      var colour = heat.palette[codes[index][start + i]];
      image.data[4 * i] = parseInt(colour.slice(0, 2), 16);
      image.data[4 * i + 1] = parseInt(colour.slice(2, 4), 16);
      image.data[4 * i + 2] = parseInt(colour.slice(4, 6), 16);
      image.data[4 * i + 3] = 255;
    }
    pen.putImageData(image, 0, 0);
    figure.querySelector('.single image').setAttribute('href', canvas.toDataURL());
    figure.querySelector('.single .name').textContent = 'layer ' + (layer + 1) + ', head ' + (head + 1);
    figure.dataset.start = String(start);
    all('.tile', figure).forEach(function (tile) {
      tile.classList.toggle('chosen', tile.dataset.layer === String(layer)
        && tile.dataset.head === String(head));
    });
  };
  var drawAll = function () { figures.forEach(drawSingle); };
  figures.forEach(function (figure) {
    var picture = heat.pictures[Number(figure.dataset.picture)];
    var readout = figure.querySelector('.readout'), image = figure.querySelector('.single image');
    all('.tile', figure).forEach(function (tile) {
      tile.addEventListener('click', function () {
        layerChoice.value = tile.dataset.layer;
        headChoice.value = tile.dataset.head;
        drawAll();
      });
    });
    var show = function (event) {
      if (!codes[Number(figure.dataset.picture)]) { return; }
      var box = image.getBoundingClientRect(), size = picture.tokens.length;
      var key = Math.floor((event.clientX - box.left) / box.width * size);
      var query = Math.floor((event.clientY - box.top) / box.height * size);
      if (key !== Math.max(0, Math.min(size - 1, key))) { return; }
      if (query !== Math.max(0, Math.min(size - 1, query))) { return; }
      var code = codes[Number(figure.dataset.picture)][Number(figure.dataset.start) + query * size + key];
      readout.textContent = '“' + picture.tokens[query] + '” attends to “' + picture.tokens[key]
        + '” with ' + (code * code / 65025).toFixed(3);
    };
    image.addEventListener('pointermove', show);
    image.addEventListener('pointerdown', show);
  });
  // A head of the atlas, shown here.
  all('[data-show-head]').forEach(function (link) {
    link.addEventListener('click', function () {
      layerChoice.value = link.dataset.showLayer;
      headChoice.value = link.dataset.showHead;
      drawAll();
    });
  });
  [layerChoice, headChoice].forEach(function (choice) { choice.addEventListener('change', drawAll); });
  var toggles = all('[data-attention-toggle]');
  var states = toggles.map(function (toggle) { return toggle.dataset.attentionToggle; })
    .filter(function (key) { return key.indexOf('state-') === 0; })
    .map(function (key) { return key.slice(6); });
  var filter = function () {
    var hiddenKeys = {};
    toggles.forEach(function (toggle) {
      hiddenKeys[toggle.dataset.attentionToggle] = toggle.getAttribute('aria-pressed') === 'false';
    });
    var sentence = sentenceChoice ? sentenceChoice.value : null, columns = {}, shown = 0, arms = {};
    figures.forEach(function (figure) {
      figure.hidden = hiddenKeys['arm-' + figure.dataset.arm] === true
        || hiddenKeys['state-' + figure.dataset.state] === true
        || (sentence !== null && figure.dataset.sentence !== sentence);
      if (figure.hidden) { return; }
      columns[figure.dataset.state] = true;
      arms[figure.dataset.arm] = true;
      shown += 1;
    });
    var count = Object.keys(columns).length, byState = count > 1;
    if (!byState) { count = Object.keys(arms).length; }
    var order = states.filter(function (state) { return columns[state]; });
    figures.forEach(function (figure) {
      figure.style.setProperty('--place', byState ? order.indexOf(figure.dataset.state) + 1 : 'auto');
    });
    all('.attention').forEach(function (grid) {
      grid.style.setProperty('--columns', Math.max(1, Math.min(3, count, shown)));
    });
    all('.tokens').forEach(function (line) {
      line.hidden = sentence !== null && line.dataset.sentence !== sentence;
    });
  };
  toggles.forEach(function (toggle) {
    toggle.addEventListener('click', function () {
      var pressed = toggle.getAttribute('aria-pressed') === 'true';
      toggle.setAttribute('aria-pressed', String(!pressed));
      filter();
    });
  });
  if (sentenceChoice) { sentenceChoice.addEventListener('change', filter); }
  filter();
  var refuse = function () { layerChoice.disabled = true; headChoice.disabled = true; };
  if (window.DecompressionStream) { Promise.all(heat.pictures.map(unpack)).then(drawAll, refuse); } else { refuse(); }
}
document.documentElement.dataset.ready = 'true';
})();
