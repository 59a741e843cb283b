# Shared by ./zoo and ./test: what has to stand on this machine before Swift can build here.
# Sourced with `home` set to the repository's root. Checks use what the shell has built in, so that a
# start in which nothing has to be done costs a few milliseconds.

complain() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
fail() { complain "$@"; exit 1; }

# Whether one of the given paths (patterns allowed) exists.
exists() {
  local path
  for path in "$@"; do [[ -e $path ]] && return 0; done
  return 1
}

# The Debian packages that are missing, by what they would have brought. Libraries that were installed
# in another way count as well.
missing_packages() {
  local found=()
  exists /usr/include/*/cblas.h /usr/include/*/*/cblas.h /usr/{,local/}include/{,openblas/}cblas.h ||
    found+=(libopenblas-dev)
  exists /usr/{,local/}include/zlib.h /usr/include/*/zlib.h || found+=(zlib1g-dev)
  exists /usr/{,local/}include/zstd.h /usr/include/*/zstd.h || found+=(libzstd-dev)
  exists /usr/{,local/}include/openssl/sha.h /usr/include/*/openssl/sha.h || found+=(libssl-dev)
  type -P pkg-config >/dev/null || found+=(pkg-config)
  printf '%s' "${found[*]}"
}

# Installs Debian packages, as root or through sudo; explains itself when it cannot.
install_packages() {
  local packages=$1 as_root=() log by_hand
  by_hand="install them by hand, then start again:  apt-get install $packages"
  type -P apt-get >/dev/null || fail "missing: $packages (names of Debian packages), and there is no apt-get here; $by_hand"
  if ((EUID != 0)); then
    type -P sudo >/dev/null || fail "missing: $packages; installing needs root, and there is no sudo here; $by_hand"
    as_root=(sudo)
    # Nobody can type a password where there is no terminal.
    [[ -t 0 && -t 2 ]] || as_root=(sudo -n)
  fi
  complain "installing $packages${as_root[0]:+ (through sudo)}"
  log=$(mktemp) || fail "no temporary file could be made"
  # shellcheck disable=SC2086
  if ! {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages ||
      { "${as_root[@]}" apt-get update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages; }
  } >"$log" 2>&1 </dev/null; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    fail "these packages could not be installed: $packages; $by_hand"
  fi
  rm -f "$log"
}

need_swift() {
  type -P swift >/dev/null ||
    fail "the Swift toolchain (6.2 or later) is missing; install it from https://www.swift.org/install/linux and put swift on PATH"
}

# Sets `key`: a short name for this processor's instruction set and this compiler. What is built for one
# machine must not be taken for another's, and `-march=native` reads the same on both. Asking the compiler
# takes a while, so its answer is kept for as long as the compiler's file does not change. Where there is no
# compiler, the last one's answer for this processor stands: what it built still runs.
find_key() {
  local swift signature line='' flags='' version='' cache=$home/.build/launcher-key
  swift=$(type -P swift)
  while read -r line; do
    case $line in flags* | Features*) flags=$line && break ;; esac
  done </proc/cpuinfo
  line='' key=''
  if [[ -r $cache ]]; then { read -r line && read -r key; } <"$cache"; fi
  if [[ -z $swift ]]; then
    [[ -n $key && $line == *" $flags" ]] || need_swift
    return
  fi
  signature=$(readlink -f "$swift" && stat -Lc '%i %s %Y' "$swift" && stat -c %Y "${HOME:-}/.swiftly/config.json" \
    "${HOME:-}/.local/share/swiftly/config.json" "$home/.swift-version" 2>/dev/null)
  signature=${signature//$'\n'/ }
  [[ $line == "$signature $flags" && -n $key ]] && return
  version=$(swift --version 2>/dev/null) || fail "swift --version failed: is the toolchain at $swift whole?"
  key=$(printf '%s\n%s\n' "$version" "$flags" | sha256sum)
  key=${key:0:10}
  mkdir -p "$home/.build" || fail "cannot write to $home/.build"
  printf '%s\n%s\n' "$signature $flags" "$key" >"$cache.$$" && mv -f "$cache.$$" "$cache"
}

# The manifest lists Plugins/*, and its cache is keyed by the environment: a new folder is seen at once.
export_environment() {
  ZOO_HOME=$home
  ZOO_PLUGINS_SEEN=$(cd "$home/Plugins" && printf '%s\n' *)
  export ZOO_HOME ZOO_PLUGINS_SEEN
}

# Sets `key`, and `folder`: what is built for this machine, the program, the tests and the benchmarks from the
# same objects. Asks for nothing that only a build needs.
find_build() {
  find_key
  folder=$home/.build/zoo-$key
  export_environment
}

# What a build needs: the compiler, libraries, and a folder that was built in this place. The compiler's own files
# name the place that they were made in, so that a checkout which was copied is built anew.
need_build() {
  need_swift
  local missing place=''
  missing=$(missing_packages)
  if [[ -n $missing ]]; then
    install_packages "$missing"
    missing=$(missing_packages)
    [[ -z $missing ]] || complain "still not found after installing: $missing"
  fi
  if [[ -r $folder/place ]]; then read -r place <"$folder/place"; fi
  if [[ -n $place && $place != "$home" ]]; then
    complain "what is built here was built in $place; building anew"
    rm -rf -- "$folder"
  fi
  mkdir -p "$folder" || fail "cannot write to $folder"
  printf '%s\n' "$home" >"$folder/place"
}

# Whether the log $1 of a failed build says that files of the compiler were made in another place, as in a copied
# checkout whose build is older than the record of its place.
is_of_another_place() {
  grep -q -e "missing required module 'SwiftShims'" -e 'was compiled with module cache path' "$1"
}

# Ends with what is wrong with a build whose log is $1, in the words $2.
fail_build() {
  is_of_another_place "$1" && fail "what is built here was built in another place; remove it with: rm -rf $(printf '%q' "$folder")"
  fail "$2; the whole output stands in $1"
}

# Everything above, in order.
prepare() {
  find_build
  need_build
}

# Waits until no other process holds the lock $1, and holds it until this one ends.
lock() {
  mkdir -p "$home/.build" || fail "cannot write to $home/.build"
  exec {lock_file}>"$home/.build/$1.lock" || fail "cannot write to $home/.build"
  flock -n "$lock_file" && return
  complain "waiting for another build in this folder"
  flock "$lock_file"
}

unlock() { exec {lock_file}>&-; }
