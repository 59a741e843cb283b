"""Makes tiny random models of Hugging Face's transformers, each with what it computes for some inputs.

    python3 hub_models.py make FOLDER [--small] [--first] [CASE ...]

writes FOLDER/CASE/ for every case of the families: the model as transformers saves it, and beside it
inputs.json (ids, lengths, segments, labels of several batches) and expected.safetensors (their logits, hidden states
of every layer, losses and gradient norms, and a prompt with what greedy generation writes). With --small there are two
batches, as in Tests/Fixtures/hub; with --first only the first case of each family, and of the lengths only the longest.

    python3 hub_models.py check FOLDER

opens every CASE-exported in FOLDER by the class that its configuration names, as it opens CASE, and prints the largest
difference of each parameter, and under "outputs" that of what the two compute, as a fraction of the largest value.

    python3 hub_models.py open FOLDER

opens every folder in FOLDER, model and tokenizer, and prints for each the logits, or vectors, of inputs.json in it.

    python3 hub_models.py label FOLDER

opens every folder in FOLDER by AutoModelForSequenceClassification or AutoModelForTokenClassification, and prints for each
the labels by number, and the logits of the texts in its texts.json, or of the first or last token of each of their words.

Values are such that every part shows in the result: no bias is zero, no gain is one, windows are shorter than texts.
"""

import json
import sys
from pathlib import Path

import neobert
import torch
import transformers
from safetensors.torch import save_file

torch.manual_seed(0)
torch.set_num_threads(1)

VOCABULARY = 300
LENGTHS = [1, 2, 7, 23]


def cases():
    """Name, class and configuration of every case."""
    from transformers import (
        AlbertConfig, AlbertForMaskedLM, AlbertModel, BertConfig, BertForMaskedLM, BertModel, BloomConfig,
        BloomForCausalLM, CamembertConfig, CamembertForMaskedLM, DebertaV2Config, DebertaV2ForMaskedLM,
        DebertaV2Model, DistilBertConfig, DistilBertForMaskedLM,
        ElectraConfig, ElectraForMaskedLM, ElectraForPreTraining, EuroBertConfig, EuroBertForMaskedLM,
        Gemma2Config, Gemma2ForCausalLM, Gemma3ForCausalLM, Gemma3TextConfig, GemmaConfig, GemmaForCausalLM,
        GPT2Config, GPT2LMHeadModel, GPTJConfig, GPTJForCausalLM, GPTNeoXConfig, GPTNeoXForCausalLM,
        LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, ModernBertConfig,
        ModernBertDecoderConfig, ModernBertDecoderForCausalLM, ModernBertForMaskedLM, NanoChatConfig,
        NanoChatForCausalLM, NomicBertConfig, NomicBertForMaskedLM, Olmo2Config, Olmo2ForCausalLM,
        Olmo3Config, Olmo3ForCausalLM, OlmoConfig, OlmoForCausalLM, OpenAIGPTConfig, OpenAIGPTLMHeadModel,
        OPTConfig, OPTForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM,
        RobertaConfig, RobertaForMaskedLM, SmolLM3Config, SmolLM3ForCausalLM, XLMRobertaConfig,
        XLMRobertaForMaskedLM)

    bert = dict(
        vocab_size=VOCABULARY, hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=40,
        max_position_embeddings=40)
    deberta = dict(
        relative_attention=True, share_att_key=True, pos_att_type=["p2c", "c2p"], position_biased_input=False)
    normed = dict(norm_rel_ebd="layer_norm")
    gpt2 = dict(vocab_size=VOCABULARY, n_embd=24, n_layer=3, n_head=3, n_positions=40)
    llama = dict(
        vocab_size=VOCABULARY, hidden_size=24, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
        intermediate_size=40, max_position_embeddings=40)
    neox = dict(
        vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=40,
        max_position_embeddings=40)
    special = dict(pad_token_id=0, eos_token_id=1, bos_token_id=2)
    marked = dict(**special, cls_token_id=2, sep_token_id=1)
    # Several layers of each pattern: eight layers hold a global one after five local ones, and after three.
    deep = {**llama, "num_hidden_layers": 8, "head_dim": 10}
    rope = lambda **more: dict(rope_parameters=dict(rope_theta=10000.0, **more))
    return {
        "albert": (AlbertForMaskedLM, AlbertConfig(**bert, embedding_size=16)),
        "albert-trunk": (AlbertModel, AlbertConfig(**bert, embedding_size=16, hidden_act="relu")),
        "camembert": (CamembertForMaskedLM, CamembertConfig(
            **{**bert, "max_position_embeddings": 42}, type_vocab_size=1, pad_token_id=1)),
        # Positions of version 3: buckets that are fewer than distances; then without buckets, with segments.
        "deberta-masked": (DebertaV2ForMaskedLM, DebertaV2Config(
            **bert, **deberta, position_buckets=10, max_relative_positions=20, hidden_act="gelu_new", **normed)),
        "deberta": (DebertaV2Model, DebertaV2Config(**bert, **deberta, position_buckets=8, **normed)),
        "deberta-plain": (DebertaV2ForMaskedLM, DebertaV2Config(
            **bert, **deberta, max_relative_positions=9, type_vocab_size=2, layer_norm_eps=1e-5)),
        "deberta-new-head": (DebertaV2ForMaskedLM, DebertaV2Config(
            **bert, **deberta, position_buckets=8, legacy=False, **normed)),
        "electra": (ElectraForPreTraining, ElectraConfig(**bert, embedding_size=16)),
        "electra-generator": (ElectraForMaskedLM, ElectraConfig(**bert, embedding_size=16, hidden_act="relu")),
        "electra-wide": (ElectraForPreTraining, ElectraConfig(**bert, embedding_size=24)),
        "eurobert": (EuroBertForMaskedLM, EuroBertConfig(**llama, **special)),
        "gemma": (GemmaForCausalLM, GemmaConfig(**llama, head_dim=10, rms_norm_eps=1e-2)),
        "gemma2": (Gemma2ForCausalLM, Gemma2Config(
            **{**llama, "num_hidden_layers": 4}, head_dim=10, sliding_window=6, query_pre_attn_scalar=7,
            rms_norm_eps=1e-2, attn_logit_softcapping=2.0, final_logit_softcapping=0.5)),
        "gemma3": (Gemma3ForCausalLM, Gemma3TextConfig(
            **deep, sliding_window=6, query_pre_attn_scalar=7, rms_norm_eps=1e-2)),
        "gemma3-scaled": (Gemma3ForCausalLM, Gemma3TextConfig(
            **deep, sliding_window=6, query_pre_attn_scalar=10, final_logit_softcapping=3.0,
            rope_parameters={
                "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 100.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}})),
        "gpt1": (OpenAIGPTLMHeadModel, OpenAIGPTConfig(
            vocab_size=VOCABULARY, n_embd=24, n_layer=3, n_head=3, n_positions=40,
            layer_norm_epsilon=1e-2)),
        "gptj": (GPTJForCausalLM, GPTJConfig(
            vocab_size=VOCABULARY, n_embd=24, n_layer=3, n_head=3, n_positions=40, rotary_dim=6)),
        "llama3": (LlamaForCausalLM, LlamaConfig(**llama, **rope(
            rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=16))),
        "llama-linear": (LlamaForCausalLM, LlamaConfig(**llama, **rope(rope_type="linear", factor=3.0))),
        "llama-dynamic": (LlamaForCausalLM, LlamaConfig(**llama, **rope(rope_type="dynamic", factor=3.0))),
        "llama-yarn": (LlamaForCausalLM, LlamaConfig(**{**llama, "head_dim": 16}, **rope(
            rope_type="yarn", factor=4.0, original_max_position_embeddings=10, beta_fast=4.0, beta_slow=0.5))),
        "modernbert": (ModernBertForMaskedLM, ModernBertConfig(
            **{**bert, "num_hidden_layers": 5}, **marked, local_attention=8)),
        "modernbert-decoder": (ModernBertDecoderForCausalLM, ModernBertDecoderConfig(
            **{**bert, "num_hidden_layers": 5}, **marked, local_attention=8, norm_bias=True, mlp_bias=True,
            rope_parameters={
                "full_attention": {"rope_type": "default", "rope_theta": 160000.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 160000.0}})),
        "neobert": (neobert.NeoBERTLMHead, neobert.config(
            vocab_size=VOCABULARY, hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=40)),
        "nanochat": (NanoChatForCausalLM, NanoChatConfig(**llama, rms_norm_eps=1e-2)),
        # What the norms behind the rotation take away: the factor of queries and keys.
        "nanochat-yarn": (NanoChatForCausalLM, NanoChatConfig(**llama, rms_norm_eps=1e-6, **rope(
            rope_type="yarn", factor=4.0, original_max_position_embeddings=10))),
        "nomic": (NomicBertForMaskedLM, NomicBertConfig(**bert)),
        "olmo": (OlmoForCausalLM, OlmoConfig(**llama)),
        "olmo-clipped": (OlmoForCausalLM, OlmoConfig(**llama, clip_qkv=0.4)),
        "olmo2": (Olmo2ForCausalLM, Olmo2Config(**{**llama, "num_key_value_heads": 4}, rms_norm_eps=1e-2)),
        "olmo2-grouped": (Olmo2ForCausalLM, Olmo2Config(**llama, rms_norm_eps=1e-6)),
        "olmo3": (Olmo3ForCausalLM, Olmo3Config(
            **{**llama, "num_hidden_layers": 8, "num_key_value_heads": 4}, sliding_window=6)),
        "smollm3": (SmolLM3ForCausalLM, SmolLM3Config(**{**llama, "num_hidden_layers": 5}, **special)),
        "xlm-roberta": (XLMRobertaForMaskedLM, XLMRobertaConfig(
            **{**bert, "max_position_embeddings": 42}, type_vocab_size=1, pad_token_id=1)),
        "bloom": (BloomForCausalLM, BloomConfig(
            vocab_size=VOCABULARY, hidden_size=24, n_layer=3, n_head=6, seq_length=40)),
        "distilbert": (DistilBertForMaskedLM, DistilBertConfig(
            vocab_size=VOCABULARY, dim=24, n_layers=3, n_heads=3, hidden_dim=40, max_position_embeddings=40)),
        "mistral": (MistralForCausalLM, MistralConfig(**llama, sliding_window=6)),
        "neox": (GPTNeoXForCausalLM, GPTNeoXConfig(**neox)),
        "neox-serial": (GPTNeoXForCausalLM, GPTNeoXConfig(
            **neox, use_parallel_residual=False, attention_bias=False,
            rope_parameters={"rope_type": "default", "rope_theta": 100.0, "partial_rotary_factor": 0.5})),
        "opt": (OPTForCausalLM, OPTConfig(
            vocab_size=VOCABULARY, hidden_size=24, num_hidden_layers=3, num_attention_heads=3, ffn_dim=40,
            max_position_embeddings=40)),
        "opt-narrow": (OPTForCausalLM, OPTConfig(
            vocab_size=VOCABULARY, hidden_size=24, num_hidden_layers=3, num_attention_heads=3, ffn_dim=40,
            max_position_embeddings=40, word_embed_proj_dim=16, do_layer_norm_before=False)),
        "qwen2": (Qwen2ForCausalLM, Qwen2Config(**llama, tie_word_embeddings=True)),
        "qwen3": (Qwen3ForCausalLM, Qwen3Config(**llama, head_dim=10, rms_norm_eps=1e-2)),
        "roberta": (RobertaForMaskedLM, RobertaConfig(
            **{**bert, "max_position_embeddings": 42}, type_vocab_size=1, layer_norm_eps=1e-5)),
        "bert": (BertForMaskedLM, BertConfig(**bert)),
        "bert-trunk": (BertModel, BertConfig(**bert)),
        "bert-tanh": (BertForMaskedLM, BertConfig(**bert, hidden_act="gelu_new", type_vocab_size=3)),
        "bert-untied": (BertForMaskedLM, BertConfig(**bert, tie_word_embeddings=False)),
        "gpt2": (GPT2LMHeadModel, GPT2Config(**gpt2)),
        "gpt2-inner": (GPT2LMHeadModel, GPT2Config(**gpt2, n_inner=56, activation_function="relu")),
        "llama": (LlamaForCausalLM, LlamaConfig(**llama)),
        "llama-tied": (LlamaForCausalLM, LlamaConfig(
            **{**llama, "num_key_value_heads": 4}, tie_word_embeddings=True, rms_norm_eps=1e-5,
            rope_parameters={"rope_type": "default", "rope_theta": 500000.0})),
        "llama-wide": (LlamaForCausalLM, LlamaConfig(
            **{**llama, "num_key_value_heads": 1}, head_dim=10, attention_bias=True, mlp_bias=True)),
    }


def fill(model):
    """Values of which none is the one that a forgotten part would have."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        # The norms of GPT-1 read what its norms wrote: small values there show its epsilon.
        size = 0.1 if model.config.model_type == "openai-gpt" else 1
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator)
            if value.dim() > 1:
                value.copy_(noise * deviation(model, name, value))
            elif name.endswith("bias"):
                # Those of tokens stand beside products with a small table, where it is tied.
                is_small = len(value) == VOCABULARY and getattr(model.config, "tie_word_embeddings", False)
                value.copy_(size * (0.01 if is_small else 0.3) * noise)
            elif model.config.model_type.startswith("gemma"):
                # Gains are counted from zero.
                value.copy_(0.3 * noise)
            else:
                value.copy_(size * (1 + 0.3 * noise))
        if "gelu" in str(activation(model.config)):
            bend(dict(model.named_parameters()))
        # Rows that are never read.
        if model.config.model_type in ("roberta", "opt", "camembert", "xlm-roberta"):
            for name, value in model.named_parameters():
                if "position" in name:
                    value[:2] = 0
        # Where the two are not tied, one of them is not read.
        predictions = getattr(getattr(model, "cls", None), "predictions", getattr(model, "lm_head", None))
        if hasattr(predictions, "decoder"):
            predictions.bias.copy_(predictions.decoder.bias)
    model.tie_weights()


def activation(config):
    """What the feed-forward layers apply; BLOOM's and GPT-1's configurations do not say it, and it is GELU."""
    keys = ("hidden_activation", "hidden_act", "activation_function", "activation")
    return next((getattr(config, key) for key in keys if hasattr(config, key)), "gelu")


def deviation(model, name, value):
    """The standard deviation of a matrix."""
    family = model.config.model_type
    if all(module.weight is not value for module in model.modules() if isinstance(module, torch.nn.Embedding)):
        normed = any("q_norm" in other for other, _ in model.named_parameters())
        return 0.05 if normed and ("q_proj" in name or "k_proj" in name) else 0.2
    # An epsilon shows where variances are small, so tables are that a norm reads.
    if "rel_embeddings" in name or family == "openai-gpt" or not getattr(model.config, "do_layer_norm_before", True):
        return 0.5
    return 0.02 if family.startswith("gemma") else 0.005


# The maps to the hidden units of feed-forward layers and from them.
FEED_FORWARD = [
    ("intermediate.dense", "output.dense"), ("ffn", "ffn_output"), ("lin1", "lin2"), ("c_fc", "c_proj"),
    ("fc_in", "fc_out"), ("dense_h_to_4h", "dense_4h_to_h"), ("gate_proj", "down_proj"), ("Wi", "Wo")]


def bend(values):
    """Puts a third of the hidden units where the two forms of GELU differ, at -2.5, with large weights behind them.

    Elsewhere the forms differ by less than a test of logits sees. A bias puts the units there, and what they say of
    every token is taken back by the bias behind them. Without biases a channel does it that no branch writes to.
    """
    is_gemma = any(name.endswith("o_proj.weight") for name in values)
    channel = 0.1 if is_gemma else 0.03
    for name, value in values.items():
        if name.endswith(("embed_tokens.weight", "tok_embeddings.weight")):
            value[:, 0] = channel
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            value[0] = 0
    for name, output in values.items():
        for to, back in FEED_FORWARD:
            stem = name.removesuffix(back + ".weight")
            if stem == name or stem + to + ".weight" not in values:
                continue
            weight, bias = values[stem + to + ".weight"], values.get(stem + to + ".bias")
            hidden = max(output.shape)
            # Conv1D of GPT has rows for columns.
            if output.shape[0] == hidden:
                weight, output = weight.T, output.T
            units = hidden // 3
            weight[:units] *= 0.1
            output[:, :units] *= {"gate_proj": 150, "Wi": 40}.get(to, 80)
            if bias is None:
                layer = int(next((part for part in name.split(".") if part.isdigit()), 0))
                weight[:units, 0] = -2.5 / channel / weight.shape[1] ** 0.5 * (2 * layer + 1) ** 0.5 if is_gemma else -1
                continue
            bias[:units] = -2.5
            if len(bias) == hidden:
                said = torch.nn.functional.gelu(torch.tensor(-2.5))
                values[stem + back + ".bias"] -= output[:, :units].sum(1) * said


def batches(config, is_decoder):
    """Ids of several lengths; then a padded batch."""
    generator = torch.Generator().manual_seed(2)
    segments = getattr(config, "type_vocab_size", 0)

    def batch(rows, time, lengths=None):
        ids = torch.randint(5, config.vocab_size, (rows, time), generator=generator)
        labels = ids.clone()
        keep = torch.rand(rows, time, generator=generator) < (1 if is_decoder else 0.3)
        keep[:, -1] = True
        labels[~keep] = -100
        if lengths is not None:
            for row, length in enumerate(lengths):
                labels[row, length:] = -100
        return dict(
            ids=ids.tolist(), lengths=lengths, labels=labels.tolist(),
            segments=torch.randint(0, segments, (rows, time), generator=generator).tolist() if segments > 1 else None)

    return [batch(2, time) for time in LENGTHS] + [batch(3, 12, [12, 5, 1])]


def mask(batch):
    """Which tokens of a batch are no padding, [batch, time]."""
    ids = torch.tensor(batch["ids"])
    lengths = torch.tensor(batch["lengths"] or [ids.shape[1]] * ids.shape[0])
    return torch.arange(ids.shape[1])[None] < lengths[:, None]


def arguments(batch):
    """What a model is called with for a batch."""
    result = dict(input_ids=torch.tensor(batch["ids"]))
    if batch["lengths"]:
        result["attention_mask"] = mask(batch).long()
    if batch["segments"]:
        result["token_type_ids"] = torch.tensor(batch["segments"])
    return result


def output(model, batch):
    """The logits of a model for a batch, or the last vectors of one without a head."""
    result = model(**arguments(batch))
    return result.logits if hasattr(result, "logits") else result.last_hidden_state


def answer(model, batch, is_decoder, tensors, prefix):
    output = model(**arguments(batch), output_hidden_states=True)
    with torch.no_grad():
        for index, hidden in enumerate(output.hidden_states):
            # The last vectors of OPT-350M are mapped to the width of the tokens.
            if hidden.shape[-1] != model.config.hidden_size:
                continue
            tensors[f"{prefix}.hidden.{index}"] = hidden.clone().contiguous()
        if not hasattr(output, "logits"):
            tensors[f"{prefix}.last"] = output.last_hidden_state.clone().contiguous()
            return
        tensors[f"{prefix}.logits"] = output.logits.clone().contiguous()
    labels = torch.tensor(batch["labels"])
    logits = output.logits
    if type(model).__name__.endswith("PreTraining"):
        # Whether a token was replaced: labels of two kinds.
        counted = labels != -100
        logits, labels = logits[counted], (labels[counted] % 2).float()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)
        keep(model, loss, tensors, prefix)
        return
    if is_decoder:
        logits, labels = logits[:, :-1], labels[:, 1:]
    if (labels != -100).sum() == 0:
        return
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), labels.reshape(-1))
    keep(model, loss, tensors, prefix)


def keep(model, loss, tensors, prefix):
    """The loss and the norm of its gradient."""
    model.zero_grad()
    loss.backward()
    norm = torch.sqrt(sum((p.grad.double() ** 2).sum() for p in model.parameters() if p.grad is not None))
    tensors[f"{prefix}.loss"] = torch.tensor([loss.item(), norm.item()])


def make(folder, name, cls, config):
    config._attn_implementation = "eager"
    model = cls(config).eval()
    fill(model)
    is_decoder = cls.__name__.endswith(("CausalLM", "LMHeadModel"))
    target = folder / name
    model.save_pretrained(target)
    inputs = batches(config, is_decoder)
    if cls.__name__.endswith("PreTraining"):
        for batch in inputs:
            batch["labels"] = [[label if label < 0 else label % 2 for label in row] for row in batch["labels"]]
    (target / "inputs.json").write_text(json.dumps(inputs))
    tensors = {}
    for index, batch in enumerate(inputs):
        answer(model, batch, is_decoder, tensors, f"{index}")
    if is_decoder:
        # Many prompts end in one token again and again: the one that does so least is kept.
        prompts = torch.randint(5, VOCABULARY, (32, 12), generator=torch.Generator().manual_seed(3))
        written = model.generate(prompts, max_new_tokens=12, do_sample=False, eos_token_id=None, pad_token_id=0)
        row = max(written, key=lambda ids: len(set(ids[prompts.shape[1]:].tolist())))
        tensors["prompt"], tensors["generated"] = (part.clone() for part in row.split(prompts.shape[1]))
    save_file(tensors, target / "expected.safetensors")
    return model


def opened(folder):
    """The model of a folder, by the class that its configuration names."""
    config = transformers.AutoConfig.from_pretrained(folder)
    cls = getattr(transformers, config.architectures[0])
    model, info = cls.from_pretrained(folder, output_loading_info=True, attn_implementation="eager")
    lacking = [name for key in ("missing_keys", "unexpected_keys", "mismatched_keys") for name in info[key]]
    assert not lacking, f"{folder}: {lacking}"
    return model.eval()


def parameters(model):
    """Its parameters by name; DeBERTa's head has two spellings, of which the older one is written."""
    return {
        name.replace("lm_predictions.lm_head.bias", "cls.predictions.bias").replace(
            "lm_predictions.lm_head.", "cls.predictions.transform."): value
        for name, value in model.named_parameters()}


def check(original, exported):
    """The largest differences between the models of two folders: of each parameter, and of what they compute."""
    first, second = opened(original), opened(exported)
    ours, theirs = parameters(first), parameters(second)
    assert ours.keys() == theirs.keys(), ours.keys() ^ theirs.keys()
    outputs = []
    with torch.no_grad():
        for batch in json.loads((Path(original) / "inputs.json").read_text()):
            one, other = (output(model, batch)[mask(batch)] for model in (first, second))
            outputs.append(((one - other).abs().max() / one.abs().max()).item())
    return {**{name: (ours[name] - theirs[name]).abs().max().item() for name in ours}, "outputs": max(outputs)}


def values(folder):
    """The values of a model of ours for the ids of inputs.json, one row behind the other."""
    transformers.AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        return output(opened(folder), json.loads((folder / "inputs.json").read_text())).flatten().tolist()


def labelled(folder):
    """The labels of a model of ours, and its logits of the texts, pairs or lists of words in texts.json, in one row."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    texts = json.loads((folder / "texts.json").read_text())
    is_words = opened(folder).__class__.__name__.endswith("ForTokenClassification")
    kind = "AutoModelForTokenClassification" if is_words else "AutoModelForSequenceClassification"
    model = getattr(transformers, kind).from_pretrained(folder, attn_implementation="eager").eval()
    found = []
    for parts in texts["texts"]:
        if not is_words:
            found.append(model(**tokenizer(*parts, return_tensors="pt")).logits[0])
            continue
        text = " ".join(parts)
        read = tokenizer(text, return_tensors="pt", return_offsets_mapping=True)
        ends = read.pop("offset_mapping")[0, :, 1].tolist()
        logits = model(**read).logits[0]
        for number in range(len(parts)):
            end = len(" ".join(parts[:number + 1]))
            start = end - len(parts[number])
            # A token belongs to the word of its last character.
            own = [index for index, last in enumerate(ends) if start < last <= end]
            found.append(logits[own[0 if texts["token"] == "first" else -1]])
    labels = model.config.id2label
    assert {label: number for number, label in labels.items()} == model.config.label2id
    return dict(labels=[labels[number] for number in sorted(labels)], logits=torch.stack(found).flatten().tolist())


def main():
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    if sys.argv[1] == "open":
        print(json.dumps({folder.name: values(folder) for folder in sorted(Path(sys.argv[2]).iterdir())}))
        return
    if sys.argv[1] == "label":
        with torch.no_grad():
            print(json.dumps({folder.name: labelled(folder) for folder in sorted(Path(sys.argv[2]).iterdir())}))
        return
    if sys.argv[1] == "check":
        folders = sorted(Path(sys.argv[2]).glob("*-exported"))
        print(json.dumps({
            folder.name.removesuffix("-exported"): check(str(folder).removesuffix("-exported"), str(folder))
            for folder in folders if (folder / "config.json").exists()}))
        return
    options, wanted = ([word for word in sys.argv[3:] if word.startswith("--") == flag] for flag in (True, False))
    if "--small" in options:
        LENGTHS[:] = [7]
    if "--first" in options:
        LENGTHS[:] = LENGTHS[-1:]
    made = {}
    for name, (cls, config) in cases().items():
        if name in wanted or not wanted and not ("--first" in options and config.model_type in made.values()):
            make(Path(sys.argv[2]), name, cls, config)
            made[name] = config.model_type
    print(json.dumps(made))


if __name__ == "__main__":
    main()
