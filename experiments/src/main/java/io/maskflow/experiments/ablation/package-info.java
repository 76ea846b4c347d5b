/**
 * Component ablations (XF Table 2): {@link io.maskflow.experiments.ablation.AblateRun} changes one thing of a full system at
 * a time, retrains where the change needs it, evaluates everything on the same problems and compares each row with its
 * reference. {@link io.maskflow.experiments.ablation.AblateConfig} is the settings file.
 *
 * <p>Never here: how a decoder decodes, how a policy is trained, how an answer is graded; a row is a change of settings.
 */
package io.maskflow.experiments.ablation;
