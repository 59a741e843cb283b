/// Keys of configurations that change nothing in what a model computes, for all families; those of one family alone are
/// rules of its table.
enum HarmlessKeys {
  /// About the file and its history.
  private static let provenance = [
    "architectures", "model_type", "transformers_version", "_name_or_path", "name_or_path", "_commit_hash",
    "torch_dtype", "dtype", "auto_map", "tokenizer_class", "prefix", "finetuning_task",
    "task_specific_params",
    "problem_type", "license", "_attn_implementation", "_attn_implementation_autoset", "attn_implementation",
    "_experts_implementation", "_from_model_config",
  ]
  /// How initial values are drawn, and what only training does.
  private static let training = [
    "initializer_range", "initializer_factor", "initializer_cutoff_factor", "gradient_checkpointing",
    "classifier_dropout", "classifier_pooling", "classifier_bias", "classifier_activation", "use_cache",
    "pretraining_tp", "chunk_size_feed_forward", "output_attentions", "output_hidden_states",
    "output_past", "return_dict", "return_dict_in_generate", "torchscript", "use_bfloat16", "pruned_heads",
    "label2id", "id2label", "num_labels", "_num_labels", "sparse_prediction", "sparse_pred_ignore_index",
    "reference_compile", "repad_logits_with_grad",
  ]
  /// Special tokens, which the tokenizer's files say, and settings of generation.
  private static let generation = [
    "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "cls_token_id", "mask_token_id",
    "unk_token_id", "decoder_start_token_id", "forced_bos_token_id", "forced_eos_token_id",
    "bad_words_ids", "suppress_tokens", "begin_suppress_tokens", "do_sample", "early_stopping", "max_length",
    "min_length", "num_beams", "num_beam_groups", "diversity_penalty", "temperature", "top_k", "top_p",
    "typical_p", "repetition_penalty", "length_penalty", "no_repeat_ngram_size",
    "encoder_no_repeat_ngram_size", "num_return_sequences", "output_scores", "remove_invalid_values",
    "exponential_decay_length_penalty",
  ]
  /// What only models with an encoder and a decoder have.
  private static let others = ["is_encoder_decoder", "tie_encoder_decoder", "cross_attention_hidden_size"]

  static let all = Set(provenance + training + generation + others)
}
