package io.maskflow.reward.problem;

import java.io.Serializable;
import java.util.List;

/** Something to be solved: by a program that tests judge, or by an answer that is right or wrong. */
public sealed interface Problem extends Serializable permits CodingProblem, AnswerProblem {

    /** As in the data set, such as {@code 11}, {@code HumanEval/0} or {@code chal-1}. */
    String id();

    /** What the model is asked for. */
    String text();

    /** A solution in the data set's own words; empty if it has none. */
    String reference();

    /** The asserts that a prompt may show; none for an answer. */
    List<String> visibleTests();

    /** The function under test; empty if the data do not name one. */
    String entryPoint();
}
