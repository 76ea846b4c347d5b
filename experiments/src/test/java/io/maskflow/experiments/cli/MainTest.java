package io.maskflow.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command from outside: exit code and the one line. */
class MainTest {

    @TempDir
    Path folder;

    /** What a command left behind. */
    private record Outcome(int code, String out, String err) {}

    private static Outcome run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static void refused(Outcome outcome, String line) {
        assertThat(outcome.err()).isEqualTo("maskflow: " + line + System.lineSeparator());
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.code()).isEqualTo(2);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train",
                "evaluate",
                "filter",
                "align",
                "pretrain",
                "generate",
                "grade",
                "report",
                "conformance",
                "bench",
                "data",
                "runs",
                "init",
                "completion",
                "doctor"
            })
    void everyCommandShowsPurposeAndOneExample(String command) {
        Outcome outcome = run(command, "--help");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("Usage: maskflow " + command).contains("Example:  ./maskflow " + command);
    }

    @Test
    void theHelpListsEveryCommandAndTheExitCodes() {
        Outcome outcome = run("--help");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).contains("train", "evaluate", "doctor", "data", "130 interrupted", "Example:");
        assertThat(run("data", "list", "--help").out()).contains("Example:");
    }

    @Test
    void benchGradeWritesItsFiguresBesideMachineAndSettings() throws IOException {
        Path json = folder.resolve("bench/grade.json");
        Outcome outcome =
                run("bench", "grade", "--programs", "3", "--workers", "1", "--history", "", "--json", json.toString());
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("asserts_per_second", "cpu_ms_per_assert", "ratio", "processor");
        JsonNode sheet = new ObjectMapper().readTree(json.toFile());
        assertThat(sheet.get("settings").get("asserts").asInt()).isEqualTo(9);
        assertThat(sheet.get("machine").fieldNames()).toIterable().contains("cores", "java", "system");
        for (String figure : List.of("asserts_per_second", "cpu_ms_per_assert", "worker_start_s", "ratio")) {
            assertThat(sheet.get("figures").get(figure).asDouble()).as(figure).isPositive();
        }
        assertThat(run("bench").code()).isEqualTo(2);
    }

    @Test
    void dataListSaysWhatTestsCannotTell() throws IOException {
        String problems = file(
                "problems.jsonl",
                "{\"task_id\": 1, \"text\": \"t\", \"code\": \"def f(x):\\n"
                        + "    return x\", \"test_list\": [\"assert f(1) == f(1)\"]}\n"
                        + "{\"task_id\": 2, \"text\": \"t\", \"code\": \"def g(x):\\n"
                        + "    return x > 0\", \"test_list\": [\"assert g(1)\", \"assert g(0) == False\"]}\n");
        Outcome outcome = run("data", "list", problems);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("2 problems, 3 tests")
                .containsPattern("1 asserts compare a program with itself +1 problems: 1")
                .containsPattern("only truth values are asked for +1 problems: 2");
        JsonNode json = new ObjectMapper()
                .readTree(run("data", "list", "--json", problems).out())
                .get(0);
        assertThat(json.get("problems").asInt()).isEqualTo(2);
        assertThat(json.get("tests").asInt()).isEqualTo(3);
        assertThat(json.get("findings").findValuesAsText("what"))
                .contains("1 asserts compare a program with itself", "only truth values are asked for");
    }

    @Test
    void defaultsAreShown() {
        assertThat(run("grade", "--help").out()).contains("Default: auto");
        assertThat(run("generate", "--help").out()).contains("Default: 1/4").contains("Default: builtin");
    }

    @Test
    void aSlipOfTheHandIsAnsweredWithTheNearestName() {
        refused(run("trian"), "unknown command trian, did you mean train? (maskflow --help shows usage)");
        refused(
                run("train", "x.yaml", "--resumee"),
                "unknown option --resumee, did you mean --resume? (maskflow train --help shows usage)");
        refused(run(), "a command is needed, such as train (maskflow --help shows usage)");
    }

    @Test
    void aMissingSettingsFileIsNamed() {
        refused(run("train", "none.yaml"), "no such configuration file: none.yaml");
    }

    @Test
    void anUnknownKeyIsRefusedBeforeAnythingIsWritten() throws IOException {
        String config = file("a.yaml", "seed: 1\nstpes: 5\n");
        refused(
                run("train", config, "--out", folder.resolve("run").toString()),
                "unknown key \"stpes\", did you mean \"steps\"? (" + config + ":2: stpes)");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void aBudgetOfNothingIsRefused() throws IOException {
        String config = file("a.yaml", "budgets: [1/4, 0]\n");
        refused(
                run("evaluate", config),
                "budget must be a fraction of two whole numbers of at least 1, was 0/1 (" + config + ":1: budgets[1])");
        refused(
                run("generate", "--prompt", "x", "--budget", "0"),
                "--budget must be a fraction of two whole numbers of at least 1, was 0/1");
    }

    @Test
    void anOverrideIsCheckedLikeTheFile() throws IOException {
        String config = file("a.yaml", "seed: 1\n");
        refused(
                run("train", config, "--set", "groupSize=1"),
                "groupSize must be at least 2, was 1 (--set groupSize=1: groupSize)");
    }

    @Test
    void aDecoderOnTheCommandLineIsReadLikeASetting() {
        Outcome outcome = run("generate", "--prompt", "x", "--decoder", "{type: flow, reEdting: false}");
        refused(outcome, "unknown key \"reEdting\", did you mean \"reEditing\"? (--decoder: decoder.reEdting)");
        assertThat(run("generate", "--prompt", "x", "--decoder", "flows").err())
                .startsWith("maskflow: decoder.type must be one of mask-prediction, flow");
    }

    @Test
    void missingWeightsAreNamed() throws IOException {
        String empty = Files.createDirectory(folder.resolve("model")).toString();
        Outcome outcome = run("generate", "--backbone", empty, "--prompt", "x");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).contains(empty).contains("config.json");
        refused(
                run("generate", "--backbone", "nowhere", "--prompt", "x"),
                "backbone must name an existing file or folder, was nowhere");
    }

    @Test
    void aBrokenLineOfAProgramFileIsNamed() throws IOException {
        String programs =
                file("p.jsonl", "{\"id\": 1, \"code\": \"\", \"test_list\": [\"assert True\"]}\n{\"id\": 2,\n");
        Outcome outcome =
                run("grade", programs, "--out", folder.resolve("v.jsonl").toString());
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err().lines().filter(line -> line.startsWith("maskflow: ")))
                .hasSize(1);
        assertThat(outcome.err()).contains(programs + ":2").doesNotContain("\tat ");
        assertThat(folder.resolve("v.jsonl")).doesNotExist();
    }

    @Test
    void gradeWritesAVerdictPerProgramAndKeepsItsThreshold() throws IOException {
        String programs = file(
                "p.jsonl",
                "{\"id\": \"a\", \"code\": \"def f(x):\\n"
                        + "    return x + 1\", \"test_list\": [\"assert f(1) == 2\"]}\n"
                        + "{\"id\": \"b\", \"code\": \"def f(x):\\n"
                        + "    return x\", \"test_list\": [\"assert f(1) == 2\"]}\n");
        String out = folder.resolve("v.jsonl").toString();
        assertThat(run("grade", programs, "--out", out, "--require", "0.5").code())
                .isZero();
        assertThat(Files.readAllLines(Path.of(out)))
                .hasSize(2)
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"id\":\"a\"").contains("\"verdict\":\"passed\""),
                        line -> assertThat(line).contains("\"id\":\"b\"").contains("\"verdict\":\"failed\""));
        assertThat(run("grade", programs, "--out", out, "--require", "0.6").code())
                .isEqualTo(3);
        refused(run("grade", programs, "--out", out, "--require", "2"), "--require must lie in [0, 1], was 2.0");
        Outcome level = run("grade", programs, "--out", out, "--sandbox", "docker");
        assertThat(level.code()).isEqualTo(2);
        assertThat(level.err()).startsWith("maskflow: --sandbox must be auto or one of");
    }

    @Test
    void noPythonIsOneLine() throws IOException {
        String programs = file("p.jsonl", "{\"id\": 1, \"code\": \"\", \"test_list\": [\"assert True\"]}\n");
        Outcome outcome = run("grade", programs, "--out", folder.resolve("v").toString(), "--python", "/no/python3");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).contains("/no/python3 is no Python 3.10 or newer");
    }

    @Test
    void aStackTraceIsShownOnlyWhenAsked() {
        assertThat(run("train", "none.yaml").err()).doesNotContain("\tat ");
        Outcome outcome = run("--stacktrace", "train", "none.yaml");
        assertThat(outcome.err()).contains("\tat io.maskflow.experiments.config");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(run("train", "none.yaml", "--stacktrace").err()).contains("\tat ");
    }

    @Test
    void conformanceWithoutCasesSkipsEveryGroupByName() {
        Outcome outcome = run("conformance", folder.toString());
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out())
                .contains("skipped numerics/stats")
                .endsWith("0 passed, 0 failed" + System.lineSeparator());
        refused(run("conformance", "nowhere"), "DIR must be a folder of golden cases, was nowhere");
    }

    @Test
    void dataListNamesLicencesAndHashes() throws IOException {
        Outcome outcome = run("data", "list");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out())
                .contains("builtin:test")
                .contains("mbpp.jsonl")
                .contains("CC BY 4.0")
                .contains("sha256");
        JsonNode json =
                new ObjectMapper().readTree(run("data", "list", "--json").out());
        assertThat(json.get("public").findValuesAsText("licence")).contains("CC BY 4.0");
        assertThat(json.get("builtin").get(2).asText()).isEqualTo("builtin:test");
    }

    @Test
    void aReportOfNoRunIsRefused() {
        Outcome outcome = run("report", folder.toString());
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("maskflow: RUN must be the folder of a run, was " + folder);
    }

    @Test
    void helpIsNotGivenOnWhatDoesNotExist() {
        refused(run("trian", "--help"), "unknown command trian, did you mean train? (maskflow --help shows usage)");
        assertThat(run("data", "lst", "--help").code()).isEqualTo(2);
    }

    @Test
    void settingsOfAnotherCommandAreNamedForWhatTheyAre() throws IOException {
        String config = file("t.yaml", "groupSize: 8\nprompts: 2\n");
        refused(run("evaluate", config), config + " holds settings of train: ./maskflow train " + config);
        String slip = file("s.yaml", "groupSize: 8\npromts: 2\n");
        assertThat(run("train", slip).err()).contains("did you mean \"prompts\"?");
    }

    @Test
    void aBlankSettingIsRefusedAndDoesNotUndoAnInclude() throws IOException {
        file("base.yaml", "steps: 40\n");
        String config = file("blank.yaml", "include: base.yaml\nsteps:\n");
        refused(
                run("train", config),
                "steps must have a value, was left blank (" + config
                        + ":2: steps; without the line it keeps its default or what is included)");
    }

    @Test
    void aPolicyThatNobodyUsesIsRefused() throws IOException {
        String policy = file("p.safetensors", "");
        String unused = "--policy must be used by a decoder, but none has a stepSize of type policy that names no file";
        String config = file("e.yaml", "decoders: { m: { type: mask-prediction } }\n");
        refused(
                run(
                        "evaluate",
                        config,
                        "--policy",
                        policy,
                        "--out",
                        folder.resolve("run").toString()),
                unused);
        refused(run("generate", "--prompt", "x", "--policy", policy, "--decoder", "mask-prediction"), unused);
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void aThresholdOfARowThatIsNotEvaluatedIsRefusedAtOnce() throws IOException {
        String config = file("e.yaml", "budgets: [1/4]\ndecoders: { learned: { type: mask-prediction } }\n");
        refused(
                run(
                        "evaluate",
                        config,
                        "--require",
                        "lerned@1/4=0.5",
                        "--out",
                        folder.resolve("run").toString()),
                "--require must name a decoder and a budget that are evaluated (learned@1/4), was lerned@1/4, did you"
                        + " mean learned@1/4?");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void generateExplainsALengthAndABudgetThatCannotBe() {
        Outcome length = run("generate", "--prompt", "x", "--length", "100000");
        assertThat(length.code()).isEqualTo(2);
        assertThat(length.err())
                .matches("maskflow: --length must be at most \\d+ \\(builtin takes \\d+ tokens, prompt and response"
                        + " together\\), was 100000\\R");
        refused(
                run("generate", "--prompt", "x", "--budget", "2/1"),
                "--budget must be at most 1/1 for mask-prediction, which fills at least one position per step, was 2/1"
                        + " (96 steps for 48 positions; type: flow may take more)");
    }

    @Test
    void completionKnowsEveryCommandAndItsOptions() {
        Outcome outcome = run("completion");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).startsWith("#!/usr/bin/env bash").contains("evaluate", "--require", "runs");
    }

    @Test
    void initReplacesNothing() throws IOException {
        String file = file("mine.yaml", "");
        refused(run("init", "evaluate", file), "FILE must not be there yet, was " + file);
        refused(run("init", "serve", "x.yaml"), "init must be for evaluate, filter, train, was serve");
    }

    private Path finishedRun(String name, int seed, boolean secondPassed) throws IOException {
        Path run = Files.createDirectories(folder.resolve("runs").resolve(name));
        Files.writeString(run.resolve("config.yaml"), "seed: " + seed + "\nsteps: 4\n");
        Files.writeString(
                run.resolve("manifest.json"),
                "{\"command\":\"train a.yaml --set seed=" + seed + "\",\"started\":\"2026-01-0" + (1 + seed)
                        + "T00:00:00Z\",\"state\":\"finished\",\"seconds\":90}");
        String line = "{\"id\":\"%d\",\"decoder\":\"learned\",\"budget\":\"1/4\",\"seed\":0,\"nfe\":12,\"tokens\":5,"
                + "\"seconds\":1,\"verdict\":\"failed\",\"pass_rate\":0.0,\"passed\":%s,\"text\":\"\"}\n";
        Files.writeString(run.resolve("results.jsonl"), line.formatted(1, false) + line.formatted(2, secondPassed));
        return run;
    }

    @Test
    void runsAreListedAndCompared() throws IOException {
        Path first = finishedRun("a", 0, false);
        Path second = finishedRun("b", 1, true);
        Outcome list = run("runs", "list", folder.resolve("runs").toString());
        assertThat(list.out().lines().filter(line -> line.contains("finished")))
                .satisfiesExactly(
                        line -> assertThat(line).contains("2026-01-02", "90 s", second.toString()),
                        line -> assertThat(line).contains("2026-01-01"));
        assertThat(list.out()).contains("train a.yaml --set seed=1");
        JsonNode json = new ObjectMapper()
                .readTree(run("runs", "list", folder.resolve("runs").toString(), "--json")
                        .out());
        assertThat(json.get(0).get("seconds").asInt()).isEqualTo(90);

        Outcome compared = run("runs", "compare", first.toString(), second.toString());
        assertThat(compared.code()).as(compared.err()).isZero();
        assertThat(compared.out())
                .contains("  seed: 0 -> 1")
                .doesNotContain("steps")
                .containsPattern("learned +1/4 +\\+50.0 .*n 2 ");
        JsonNode pairs = new ObjectMapper()
                .readTree(run("runs", "compare", first.toString(), second.toString(), "--json")
                        .out());
        assertThat(pairs.at("/pairs/0/wins").asInt()).isEqualTo(1);
    }
}
