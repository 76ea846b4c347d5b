/**
 * Base models and the workers they run on, as a settings file names them.
 *
 * <p>Start at {@link io.maskflow.experiments.models.BackboneChoice}; {@link io.maskflow.experiments.models.PlainDecoding} is how a model decodes where
 * nobody chose.
 */
package io.maskflow.experiments.models;
