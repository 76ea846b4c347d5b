package io.maskflow.experiments.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a figure was measured under: without these two tables cannot be compared.
 *
 * @param backbone base model
 * @param dtype type it computes in
 * @param batch responses decoded together
 * @param eosRule what an end token means to the decoder
 * @param promptHash first 12 digits of the SHA-256 of the first problem's prompt as text, chat template included
 * @param responseLength {@code N}
 * @param blockLength positions per block, 0 for the whole response
 * @param grader isolation level of the sandbox
 */
public record Conditions(
        String backbone,
        String dtype,
        int batch,
        @JsonProperty("eos_rule") String eosRule,
        @JsonProperty("prompt_hash") String promptHash,
        @JsonProperty("response_length") int responseLength,
        @JsonProperty("block_length") int blockLength,
        String grader) {

    /** Of a summary that was written before they were. */
    public static final Conditions UNKNOWN = new Conditions("", "", 0, "", "", 0, 0, "");
}
