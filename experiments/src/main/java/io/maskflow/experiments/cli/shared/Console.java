package io.maskflow.experiments.cli.shared;

import java.io.PrintStream;
import picocli.CommandLine;

/** What a command sees of the program that it belongs to. */
public interface Console {

    /** Where results go. */
    PrintStream out();

    /** Where progress and errors go. */
    PrintStream err();

    /** The root of all commands. */
    CommandLine commandLine();
}
