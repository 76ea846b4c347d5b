package io.maskflow.experiments.ablation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One row of an ablation: what is different from the full system.
 *
 * @param decoder changes of the decoder, as settings; another {@code type} replaces it whole
 * @param train changes of the training recipe, as settings, keys dotted or nested; empty if the policy of the full system
 *     serves
 * @param note a few words for the table; empty shows the changes
 */
public record AblationRow(ObjectNode decoder, ObjectNode train, String note) {

    /** No change. */
    public static AblationRow defaults() {
        return new AblationRow(JsonNodeFactory.instance.objectNode(), JsonNodeFactory.instance.objectNode(), "");
    }

    /** Whether its policy has to be trained anew. */
    public boolean retrains() {
        return !train.isEmpty();
    }

    /** What is different, in words. */
    public String change() {
        if (!note.isEmpty()) {
            return note;
        }
        String changes = (decoder.isEmpty() ? "" : "decoder " + decoder) + (train.isEmpty() ? "" : " train " + train);
        return changes.replace("\"", "").strip();
    }
}
