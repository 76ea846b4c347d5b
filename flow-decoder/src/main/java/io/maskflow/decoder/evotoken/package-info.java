/**
 * EvoToken: a position grows from the mask over soft tokens to a token, in four stages
 * ({@link io.maskflow.decoder.evotoken.TokenStage}); a decision can be revised until its block is done.
 *
 * <p>Start at {@link io.maskflow.decoder.evotoken.EvoTokenDecoder}. The rules of one row are
 * {@link io.maskflow.decoder.evotoken.TokenEvolution}, which training by continuous trajectory supervision unrolls too.
 *
 * <p>Never here: losses. Serves EVO, progressive inference.
 */
package io.maskflow.decoder.evotoken;
