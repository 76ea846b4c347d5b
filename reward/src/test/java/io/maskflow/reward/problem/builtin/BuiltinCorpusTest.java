package io.maskflow.reward.problem.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BuiltinCorpusTest {
    private static final BuiltinCorpus CORPUS = new BuiltinCorpus(1);

    @Test
    void exampleIsAFunctionOfSeedAndIndex() {
        BuiltinCorpus again = new BuiltinCorpus(1);
        assertThat(again.example(977)).isEqualTo(CORPUS.example(977));
        assertThat(again.example(3)).isEqualTo(CORPUS.example(3));
        assertThat(new BuiltinCorpus(2).example(3)).isNotEqualTo(CORPUS.example(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CORPUS.example(-1))
                .withMessage("index must be at least 0, was -1");
    }

    @Test
    void streamNeverShowsAHeldOutComposition() {
        Set<String> heldOut = new HashSet<>();
        for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
            BuiltinProblems.split(split).forEach(problem -> heldOut.add(problem.composition()));
        }
        Set<String> shown = new HashSet<>();
        LongStream.range(0, 20_000).forEach(i -> shown.add(CORPUS.example(i).composition()));
        assertThat(shown).doesNotContainAnyElementsOf(heldOut).hasSizeGreaterThan(4_000);
    }

    @Test
    void everyProgramPassesTheAssertOfItsPromptInPython() throws Exception {
        PythonRun python = new PythonRun();
        for (long i = 0; i < 5_000; i++) {
            BuiltinCorpus.Example example = CORPUS.example(i);
            String[] lines = example.prompt().split("\n");
            assertThat(lines).hasSize(2);
            python.add(example.code(), List.of(lines[1]));
        }
        assertThat(python.verdicts()).hasSize(5_000).containsOnly("passed");
    }

    /** The entropy that parallel unmasking must resolve: one sentence, many programs that all pass. */
    @Test
    void oneCompositionIsWrittenInManyWays() throws Exception {
        Composition composition = BuiltinWorld.compositions(Split.TRAIN).stream()
                .filter(c -> c.key().equals("num|list|even|sq|sum"))
                .findFirst()
                .orElseGet(() -> BuiltinWorld.compositions(Split.TRAIN).stream()
                        .filter(c -> c.key().endsWith("|sum"))
                        .findFirst()
                        .orElseThrow());
        Set<String> programs = new HashSet<>();
        Set<String> shapes = new HashSet<>();
        PythonRun python = new PythonRun();
        for (int i = 0; i < 300; i++) {
            BuiltinProblem problem = BuiltinProblems.problem(1, composition, Draws.of(5, i));
            programs.add(problem.code().substring(problem.code().indexOf('(')));
            shapes.add(problem.code().lines().count() + (problem.code().contains("continue") ? "c" : ""));
            python.add(problem.code(), problem.testList());
        }
        assertThat(programs).hasSizeGreaterThan(200);
        assertThat(shapes).contains("2", "3", "4", "6", "7c");
        assertThat(python.verdicts()).containsOnly("passed");
    }

    /** A golden hash: the built-in checkpoints were trained on these bytes. */
    @Test
    void bytesAreTheOnesThatTheCheckpointsWereMadeWith() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (long i = 0; i < 2_000; i++) {
            BuiltinCorpus.Example example = CORPUS.example(i);
            digest.update((example.prompt() + example.code() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo("bc3f60264fce8375d81ac949cb0811a7f75925726de841c63eddec8f7e86d149");
    }

    @Test
    void drawsAreEvenAndBounded() {
        int[] counts = new int[7];
        Draws draws = Draws.of(3, 1);
        for (int i = 0; i < 70_000; i++) {
            counts[draws.below(7)]++;
        }
        // Binomial(70 000, 1/7): mean 10 000, standard deviation 92.6; 5 deviations either side.
        assertThat(IntStream.of(counts).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(9_537, 10_463));
    }
}
