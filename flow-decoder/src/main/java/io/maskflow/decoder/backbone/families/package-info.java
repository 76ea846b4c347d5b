/**
 * The families whose network is the one transformer text: each reads a configuration and says what
 * {@link io.maskflow.decoder.backbone.network.Transformer} leaves open. A field that changes the result is computed or refused, never
 * ignored; a field with a default in the published code has the same default here; no number of a particular checkpoint stands
 * here.
 *
 * <p>Start at {@link io.maskflow.decoder.backbone.families.DreamFamily}. How things are computed does not belong here.
 */
package io.maskflow.decoder.backbone.families;
