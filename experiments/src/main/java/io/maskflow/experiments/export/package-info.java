/**
 * {@code export}: a trained policy as a folder for Python.
 *
 * <p>Start at {@link io.maskflow.experiments.export.ExportFolder}. The Python files stand as resources beside these classes,
 * and tests run them against the Java decoder.
 */
package io.maskflow.experiments.export;
