/**
 * What a request asks for: its fields read and checked ({@link io.maskflow.experiments.serving.request.RequestReader}), the model and decoder
 * that it names, and every {@link io.maskflow.experiments.serving.request.Refusal} with its HTTP status.
 */
package io.maskflow.experiments.serving.request;
