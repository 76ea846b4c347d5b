/**
 * {@code serve}: a base model and its decoders behind HTTP, in the words of OpenAI's API.
 *
 * <p>A request comes in at {@link io.maskflow.experiments.serving.MaskflowServer}, is understood in {@code request}, becomes
 * jobs in {@code batch}, whose workers decode many at once and let rows join and leave between steps, and goes out as JSON
 * ({@code Answer}) or as a stream of events ({@code Answering}). Texts never depend on what else is being decoded.
 *
 * <p>Never here: how a decoder decodes.
 */
package io.maskflow.experiments.serving;
