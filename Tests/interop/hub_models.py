"""Makes tiny random models of Hugging Face's transformers, each with what it computes for some inputs.

    python3 hub_models.py make FOLDER [--small] [CASE ...]

writes FOLDER/CASE/ for every case of the families: the model as transformers saves it, and beside it
inputs.json (ids, lengths, segments, labels of several batches) and expected.safetensors (their logits, hidden states
of every layer, losses and gradient norms, and the tokens that greedy generation writes). With --small there are two batches, as in Tests/Fixtures/hub.

    python3 hub_models.py check FOLDER

opens every CASE-exported in FOLDER by the class that its configuration names, as it opens CASE, and prints the largest
difference of each parameter.

    python3 hub_models.py open FOLDER

opens every folder in FOLDER, model and tokenizer, and prints for each the logits, or vectors, of inputs.json in it.

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
        "deberta": (DebertaV2Model, DebertaV2Config(**bert, **deberta, position_buckets=8, **normed)),
        "deberta-masked": (DebertaV2ForMaskedLM, DebertaV2Config(
            **bert, **deberta, position_buckets=10, max_relative_positions=20, hidden_act="gelu_new", **normed)),
        "deberta-plain": (DebertaV2ForMaskedLM, DebertaV2Config(
            **bert, **deberta, max_relative_positions=9, type_vocab_size=2, layer_norm_eps=1e-5)),
        "deberta-new-head": (DebertaV2ForMaskedLM, DebertaV2Config(
            **bert, **deberta, position_buckets=8, legacy=False, **normed)),
        "electra": (ElectraForPreTraining, ElectraConfig(**bert, embedding_size=16)),
        "electra-generator": (ElectraForMaskedLM, ElectraConfig(**bert, embedding_size=16, hidden_act="relu")),
        "electra-wide": (ElectraForPreTraining, ElectraConfig(**bert, embedding_size=24)),
        "eurobert": (EuroBertForMaskedLM, EuroBertConfig(**llama, **special)),
        "gemma": (GemmaForCausalLM, GemmaConfig(**llama, head_dim=10)),
        "gemma2": (Gemma2ForCausalLM, Gemma2Config(
            **{**llama, "num_hidden_layers": 4}, head_dim=10, sliding_window=6, query_pre_attn_scalar=7,
            attn_logit_softcapping=2.0, final_logit_softcapping=3.0)),
        "gemma3": (Gemma3ForCausalLM, Gemma3TextConfig(
            **deep, sliding_window=6, query_pre_attn_scalar=7, rms_norm_eps=1e-5)),
        "gemma3-scaled": (Gemma3ForCausalLM, Gemma3TextConfig(
            **deep, sliding_window=6, query_pre_attn_scalar=10, final_logit_softcapping=3.0,
            rope_parameters={
                "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}})),
        "gpt1": (OpenAIGPTLMHeadModel, OpenAIGPTConfig(
            vocab_size=VOCABULARY, n_embd=24, n_layer=3, n_head=3, n_positions=40)),
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
        "nanochat": (NanoChatForCausalLM, NanoChatConfig(**llama)),
        "nomic": (NomicBertForMaskedLM, NomicBertConfig(**bert)),
        "olmo": (OlmoForCausalLM, OlmoConfig(**llama)),
        "olmo-clipped": (OlmoForCausalLM, OlmoConfig(**llama, clip_qkv=0.4)),
        "olmo2": (Olmo2ForCausalLM, Olmo2Config(**{**llama, "num_key_value_heads": 4})),
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
            rope_parameters={"rope_type": "default", "rope_theta": 5000.0, "partial_rotary_factor": 0.5})),
        "opt": (OPTForCausalLM, OPTConfig(
            vocab_size=VOCABULARY, hidden_size=24, num_hidden_layers=3, num_attention_heads=3, ffn_dim=40,
            max_position_embeddings=40)),
        "opt-narrow": (OPTForCausalLM, OPTConfig(
            vocab_size=VOCABULARY, hidden_size=24, num_hidden_layers=3, num_attention_heads=3, ffn_dim=40,
            max_position_embeddings=40, word_embed_proj_dim=16, do_layer_norm_before=False)),
        "qwen2": (Qwen2ForCausalLM, Qwen2Config(**llama, tie_word_embeddings=True)),
        "qwen3": (Qwen3ForCausalLM, Qwen3Config(**llama, head_dim=10, rms_norm_eps=1e-5)),
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
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator)
            if value.dim() > 1:
                value.copy_(noise * (0.5 if "embed" in name or "wte" in name or "wpe" in name else 0.2))
            elif name.endswith("bias"):
                value.copy_(0.3 * noise)
            elif model.config.model_type.startswith("gemma"):
                # Gains are counted from zero.
                value.copy_(0.3 * noise)
            else:
                value.copy_(1 + 0.3 * noise)
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


def answer(model, batch, is_decoder, tensors, prefix):
    ids = torch.tensor(batch["ids"])
    arguments = dict(input_ids=ids, output_hidden_states=True)
    if batch["lengths"]:
        arguments["attention_mask"] = (
            torch.arange(ids.shape[1])[None] < torch.tensor(batch["lengths"])[:, None]).long()
    if batch["segments"]:
        arguments["token_type_ids"] = torch.tensor(batch["segments"])
    output = model(**arguments)
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
        prompt = torch.tensor([inputs[-2]["ids"][0]])
        written = model.generate(prompt, max_new_tokens=12, do_sample=False, eos_token_id=None, pad_token_id=0)
        tensors["generated"] = written[0, prompt.shape[1]:].clone()
    save_file(tensors, target / "expected.safetensors")
    return model


def check(original, exported):
    """The parameters of two folders, opened by the class that the configuration names."""
    import transformers

    def opened(folder):
        config = transformers.AutoConfig.from_pretrained(folder)
        cls = getattr(transformers, config.architectures[0])
        model, info = cls.from_pretrained(folder, output_loading_info=True)
        lacking = [name for key in ("missing_keys", "unexpected_keys", "mismatched_keys") for name in info[key]]
        assert not lacking, f"{folder}: {lacking}"
        # DeBERTa's head has two spellings; its older one is written.
        return {
            name.replace("lm_predictions.lm_head.bias", "cls.predictions.bias").replace(
                "lm_predictions.lm_head.", "cls.predictions.transform."): value
            for name, value in model.named_parameters()}

    first, second = opened(original), opened(exported)
    assert first.keys() == second.keys(), first.keys() ^ second.keys()
    return {name: (first[name] - second[name]).abs().max().item() for name in first}


def opened(folder):
    """The values of a model of ours for the ids of inputs.json, one row behind the other."""
    config = transformers.AutoConfig.from_pretrained(folder)
    model, info = getattr(transformers, config.architectures[0]).from_pretrained(folder, output_loading_info=True)
    lacking = [name for key in ("missing_keys", "unexpected_keys", "mismatched_keys") for name in info[key]]
    assert not lacking, f"{folder}: {lacking}"
    transformers.AutoTokenizer.from_pretrained(folder)
    ids = torch.tensor(json.loads((folder / "inputs.json").read_text())["ids"])
    with torch.no_grad():
        output = model.eval()(input_ids=ids)
    return (output.logits if hasattr(output, "logits") else output.last_hidden_state).flatten().tolist()


def main():
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    if sys.argv[1] == "open":
        print(json.dumps({folder.name: opened(folder) for folder in sorted(Path(sys.argv[2]).iterdir())}))
        return
    if sys.argv[1] == "check":
        folders = sorted(Path(sys.argv[2]).glob("*-exported"))
        print(json.dumps({
            folder.name.removesuffix("-exported"): check(str(folder).removesuffix("-exported"), str(folder))
            for folder in folders if (folder / "config.json").exists()}))
        return
    folder, wanted = Path(sys.argv[2]), [name for name in sys.argv[3:] if name != "--small"]
    if "--small" in sys.argv:
        LENGTHS[:] = [7]
    made = []
    for name, (cls, config) in cases().items():
        if not wanted or name in wanted:
            make(folder, name, cls, config)
            made.append(name)
    print(json.dumps(made))


if __name__ == "__main__":
    main()
