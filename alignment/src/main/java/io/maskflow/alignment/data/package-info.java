/**
 * What a backbone is trained on: streams of (prompt, answer) pairs, their order, and files of answers.
 *
 * <p>Start at {@link io.maskflow.alignment.data.TrainingExamples}. Token ids only: text becomes ids before it gets here,
 * and nothing here knows of rewards or of problems. Serves XF section 5.1.
 */
package io.maskflow.alignment.data;
