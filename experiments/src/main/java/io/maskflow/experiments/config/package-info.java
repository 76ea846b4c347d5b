/**
 * YAML files to checked records.
 *
 * <p>Start at {@link io.maskflow.experiments.config.ConfigFiles#load}: it reads a file, composes its includes, applies
 * {@code --set} overrides and binds the result to a record. Every mistake of a user ends as one
 * {@link io.maskflow.experiments.config.ConfigurationException} of one line that names the thing, the value, the
 * accepted range and the place.
 *
 * <p>A record says its defaults in one place: either a static method {@code defaults()} that returns a complete record
 * of its own type (keys missing in the file are taken from it), or nullable components that its compact constructor
 * resolves. Ranges are checked by the compact constructor of the record that owns the setting.
 *
 * <p>What never belongs here: settings themselves (they live with what they configure), file formats other than YAML.
 */
package io.maskflow.experiments.config;
