package io.maskflow.experiments.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.experiments.faults.Maskflow.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The work after and before training: what is wrong with it is told at once, and what is done of it is kept. */
class ClosingEvaluationTest {

    @TempDir
    Path folder;

    private Path config(String evaluation) throws IOException {
        return Maskflow.config(
                folder,
                1,
                evaluation.isEmpty()
                        ? ""
                        : "evaluation: { problems: " + folder.resolve("problems.jsonl") + ", " + evaluation + " }");
    }

    private Outcome train(Path config, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "train", config.toString(), "--out", folder.resolve("run").toString(), "--set", "evaluate=true"));
        words.addAll(List.of(more));
        return Maskflow.run(words.toArray(String[]::new));
    }

    private void refusedAtOnce(String setting, String value, String... expected) throws IOException {
        Path config = config("decoders: { learned: { type: flow } }");
        Outcome outcome = train(config, "--set", setting + "=" + value);
        assertThat(outcome.err()).contains(expected);
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void whatIsWrongWithItIsFoundBeforeAnythingRuns() throws IOException {
        refusedAtOnce(
                "evaluation.problems",
                "nowhere.jsonl",
                "evaluation.problems must name an existing file or folder, was nowhere.jsonl (--set");
        refusedAtOnce("evaluation.backbone", "nowhere", "evaluation.backbone must name", "--set");
        refusedAtOnce(
                "evaluation.decoders.learned.stepSize",
                "{type: policy, file: none.safetensors}",
                "evaluation.decoders.learned.stepSize.file must name",
                "--set");
        refusedAtOnce(
                "evaluation.prompt.template", "'{nothing}'", "the closing evaluation: prompt: ", "evaluate: false");
        refusedAtOnce("filter", "{enabled: true, backbone: nowhere}", "filter.backbone must name", "--set");
        refusedAtOnce("validation.problems", "nowhere", "validation.problems must name", "--set");
    }

    @Test
    void theFileAndTheLineOfTheSettingAreNamed() throws IOException {
        Path part = Files.writeString(folder.resolve("part.yaml"), "limit: 1\nproblems: nowhere.jsonl\n");
        Path config = Files.writeString(
                folder.resolve("whole.yaml"),
                "evaluate: true\nevaluation:\n  include: part.yaml\n  decoders: { m: { type: flow } }\n");
        assertThat(train(config).err())
                .contains("evaluation.problems must name an existing file or folder, was nowhere.jsonl (" + part
                        + ":2: evaluation.problems)");
    }

    @Test
    void itsSettingsMayChangeOnResumeAndAnswersOfTheSameSettingsStay() throws IOException {
        Path config = config("limit: 1, budgets: 1/8, decoders: { learned: { type: flow } }");
        Outcome first = train(config);
        assertThat(first.code()).as(first.err()).isZero();
        Path results = folder.resolve("run/results.jsonl");
        String marked = Files.readString(results).replaceFirst("\"seconds\":[^,]*", "\"seconds\":12345.0");
        Files.writeString(results, marked);

        assertThat(train(config, "--resume").code()).isZero();
        assertThat(results).hasContent(marked);

        Outcome more = train(config, "--resume", "--set", "evaluation.decoders.mask={type: mask-prediction}");
        assertThat(more.code()).as(more.err()).isZero();
        assertThat(Files.readAllLines(results)).hasSize(2).first().isEqualTo(marked.strip());

        Outcome other = train(config, "--resume", "--set", "evaluation.limit=2");
        assertThat(other.code()).as(other.err()).isZero();
        assertThat(Files.readString(results)).doesNotContain("12345.0");
        assertThat(Files.readAllLines(results)).hasSize(2);
    }

    @Test
    void trainWritesTheExportsOfAnEvaluation() throws IOException {
        Path config = config("limit: 1, budgets: 1/8, decoders: { learned: { type: flow } }");
        assertThat(train(config).code()).isZero();
        assertThat(List.of("table.csv", "pairs.csv", "table.tex", "lm-eval"))
                .allSatisfy(
                        name -> assertThat(folder.resolve("run").resolve(name)).exists());
    }

    private Path filterConfig() throws IOException {
        return Files.writeString(
                folder.resolve("filter.yaml"),
                "problems: " + Maskflow.problems(folder) + "\nresponseLength: 16\nbudget: 1/8\nbatch: 2\n"
                        + "fleet: { workers: 1 }\ngrader: { workers: 1 }\n");
    }

    @Test
    void filterGoesOnWithItsAnswers() throws IOException {
        String config = filterConfig().toString();
        String out = folder.resolve("solved").toString();
        Outcome first = Maskflow.run("filter", config, "--out", out);
        assertThat(first.code()).as(first.err()).isZero();
        String manifest = Files.readString(folder.resolve("solved/manifest.json"));
        assertThat(manifest)
                .contains("\"command\" : \"filter " + config + " --out " + out + "\"")
                .contains("\"state\" : \"finished\"")
                .containsPattern("\"finished\" : \"20..-.*Z\"");
        Path results = folder.resolve("solved/results.jsonl");
        List<String> lines = Files.readAllLines(results);
        assertThat(lines).hasSize(8).anySatisfy(line -> assertThat(line).containsPattern("\"note\":\"[A-Za-z]+Error"));
        // As a process leaves it that was stopped after two answers.
        String kept =
                lines.get(0).replaceFirst("\"seconds\":[^,]*", "\"seconds\":12345.0") + "\n" + lines.get(1) + "\n";
        Files.delete(results);
        Files.writeString(folder.resolve("solved/results.partial.jsonl"), kept);
        Outcome second = Maskflow.run("filter", config, "--out", out, "--resume");
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(Files.readAllLines(results)).hasSize(8);
        assertThat(Files.readString(results)).startsWith(kept);
        assertThat(Maskflow.run("filter", config, "--out", out, "--resume", "--set", "budget=1/4")
                        .err())
                .contains("--resume needs the settings");
    }

    @Test
    void theFilterOfATrainingRunKeepsItsAnswers() throws IOException {
        Path config = config("");
        String[] filtered = {
            "--set",
            "filter={enabled: true, budget: 1/8, backbone: builtin/aligned-unmasked-kl}",
            "--set",
            "evaluate=false"
        };
        Outcome none = train(config, filtered);
        assertThat(none.err()).contains("no training problem is solved");
        assertThat(Files.readAllLines(folder.resolve("run/filter.jsonl"))).hasSize(8);
    }

    @Test
    void aStoppedRunSaysTheCommandThatGoesOn() throws Exception {
        Path log = folder.resolve("log.txt");
        Path run = folder.resolve("solved");
        Process process = Maskflow.start(
                log,
                "filter",
                filterConfig().toString(),
                "--out=" + run,
                "--set",
                "budget=1/1",
                "--set",
                "responseLength=96",
                "--set",
                "prompt.template='{text}  '");
        Path answers = run.resolve("results.partial.jsonl");
        while (process.isAlive() && !Files.exists(answers)) {
            Thread.sleep(5);
        }
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Maskflow.read(log)).isEqualTo(130);
        assertThat(Maskflow.read(log))
                .contains("Go on with:\n  ./maskflow filter " + folder.resolve("filter.yaml") + " --set budget=1/1"
                        + " --set responseLength=96 --set 'prompt.template='\\''{text}  '\\''' --out " + run
                        + " --resume\n");
        assertThat(run.resolve("manifest.json")).content().contains("\"state\" : \"interrupted\"");
    }

    @Test
    void figuresHaveTheSameDigitsInEveryLocale() throws IOException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            Outcome outcome = Maskflow.run(
                    "filter",
                    filterConfig().toString(),
                    "--out",
                    folder.resolve("ar").toString());
            assertThat(outcome.out()).startsWith("0 of 8 problems");
        } finally {
            Locale.setDefault(before);
        }
    }
}
