package io.maskflow.reward.problem.builtin;

import java.util.List;
import java.util.Optional;

/** A meaning: what is asked, apart from its words, its names, its style and its inputs. */
sealed interface Composition permits NumberComposition, ConditionalComposition, TextComposition {

    /** Its name: the parts, separated by bars, such as {@code num|list|even|sq|sum}; unique in the world. */
    String key();

    /** A sentence that asks for it. Two compositions never share a sentence. */
    String text(Draws draws);

    /** A name for a function that computes it. */
    String name(Draws draws);

    /** A Python program that defines a function of the given name, in a style and with names drawn at random. */
    String program(String name, Draws draws);

    /** Three cases that tell it from its neighbours, or empty if it has a part that does not matter; {@code tries} bounds the search. */
    Optional<List<Case>> cases(Draws draws, int tries);
}
