package io.maskflow.experiments.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The command line as it was given: what a manifest remembers, and what a stopped run is gone on with.
 *
 * @param words the command and its arguments, without the launcher; empty if settings were not loaded by a command
 * @param folder run folder of the command, where its run is part of a larger one
 */
public record AskedCommand(List<String> words, Optional<Path> folder) {

    /** Nobody asked on a command line. */
    public static final AskedCommand NONE = new AskedCommand(List.of(), Optional.empty());

    private static final String OUT = "--out";
    private static final String RESUME = "--resume";

    /** Copies the words. */
    public AskedCommand {
        words = List.copyOf(words);
    }

    /** The same for a run that is part of the one in {@code whole}: that one is gone on with. */
    public AskedCommand partOf(Path whole) {
        return new AskedCommand(words, Optional.of(whole));
    }

    /** One line that a shell reads as the same words. */
    public String text() {
        return text(words);
    }

    private static String text(List<String> words) {
        return words.stream().map(AskedCommand::quoted).collect(Collectors.joining(" "));
    }

    /**
     * The command that goes on with this run.
     *
     * @param own its run folder, which the command may have left to the program to name
     */
    public String resumed(Path own) {
        List<String> resumed = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals(OUT)) {
                i++; // and its value
            } else if (!word.startsWith(OUT + "=") && !word.equals(RESUME)) {
                resumed.add(word);
            }
        }
        resumed.addAll(List.of(OUT, folder.orElse(own).toString(), RESUME));
        return "./maskflow " + text(resumed);
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
