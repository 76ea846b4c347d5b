package io.maskflow.experiments.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.config.SettingChanges;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.RunManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What may differ between an evaluation and its resumption: who computes, and decoders or rows that are new. */
public final class SameSettings {

    /** Settings that move no answer; in an ablation they stand under {@code evaluation}. */
    private static final Pattern FREE =
            Pattern.compile("(evaluation\\.)?(fleet\\.(type|workers|chunk)|grader\\.workers|reference|oracles\\..*"
                    + "|equalCalls\\.(calls|margin).*): .*");

    private static final Pattern ADDED = Pattern.compile("((evaluation\\.)?decoders|rows)\\.[^.]+: not set -> .*");

    private SameSettings() {}

    /**
     * Refuses to go on with other settings, problems or weights than those of the start.
     *
     * @param loaded settings now
     * @param type what they are
     * @param folder the run
     * @param now what it would be made from now
     * @throws ConfigurationException naming every change
     */
    public static void require(LoadedConfig<?> loaded, Class<?> type, RunFolder folder, RunManifest now) {
        ObjectNode before = ConfigFiles.load(folder.config(), List.of(), type).resolved();
        List<String> changes = changes(before, loaded.resolved());
        RunManifest start = RunManifest.read(folder.manifest());
        start.data()
                .forEach((file, hash) -> differs(changes, file, hash, now.data().get(file)));
        start.models()
                .forEach((file, hash) ->
                        differs(changes, file, hash, now.models().get(file)));
        if (!changes.isEmpty()) {
            throw new ConfigurationException("--resume needs the settings that the run was started with ("
                    + folder.config() + "), changed: " + String.join(", ", changes));
        }
    }

    /**
     * The settings that differ and move answers that are there.
     *
     * @param before resolved settings
     * @param now resolved settings
     */
    public static List<String> changes(JsonNode before, JsonNode now) {
        return new ArrayList<>(SettingChanges.between(before, now).stream()
                .filter(change -> !FREE.matcher(change).matches()
                        && !ADDED.matcher(change).matches())
                .toList());
    }

    private static void differs(List<String> changes, String file, String before, String now) {
        if (now != null && !now.equals(before)) {
            changes.add("the content of " + file);
        }
    }
}
