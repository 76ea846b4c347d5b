package io.maskflow.experiments.report.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.experiments.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of an evaluation as CSV, LaTeX and in the form of lm-evaluation-harness. */
class ExportTest {

    @TempDir
    Path folder;

    /** Four problems, two decoders: the first solves three, the second one of them; one answer of the second has no verdict. */
    private RunFolder run(String name, String problems, String extraction) throws IOException {
        RunFolder run = RunFolder.create(folder.resolve(name));
        Files.writeString(
                run.config(),
                "backbone: builtin\ndtype: f32\nproblems: " + problems
                        + "\nlimit: 0\nprompt:\n  template: evotoken-gsm8k\n"
                        + "  chat: true\n  extraction: " + extraction
                        + "\nresponseLength: 8\ndecoders:\n  \"a, b_%\":\n"
                        + "    type: flow\n  mask:\n    type: mask-prediction\nseeds:\n- 5\nbatch: 16\n");
        Files.writeString(
                run.manifest(),
                "{\"started\": \"2026-01-02T03:04:05Z\", \"commit\": \"abc\", \"data\": {\"/d/gsm8k-test.jsonl\": \"ff00\"},"
                        + "\"device\": \"cpu f32\", \"java\": \"17\", \"engine\": \"E\", \"machine\": {}}");
        try (ResultsLog log = ResultsLog.open(run.results())) {
            for (int i = 0; i < 4; i++) {
                log.append(result("p" + i, "a, b_%", i < 3 ? "passed" : "failed"));
                log.append(result("p" + i, "mask", i == 0 ? "passed" : i == 3 ? "no_verdict" : "error"));
            }
        }
        Summary.of(ResultsLog.read(run.results()), 8).write(run.summary());
        return run;
    }

    private static ResultsLog.Result result(String id, String decoder, String verdict) {
        boolean passed = verdict.equals("passed");
        Double rate = verdict.equals("no_verdict") ? null : passed ? 1.0 : 0.0;
        return new ResultsLog.Result(id, decoder, "1/4", 5, 2, 4, 0.5, verdict, rate, passed, "text");
    }

    @Test
    void csvHasALinePerRowWithNamesQuotedWhereNeeded() throws IOException {
        TableExport tables = TableExport.of(List.of(run("r", "gsm8k:data/gsm8k-test.jsonl", "none")));
        List<String> lines = tables.csv().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("run,decoder,budget,n,passed,no_verdict,pass_at_1,");
        assertThat(lines.get(1)).startsWith("r,\"a, b_%\",1/4,4,3,0,0.75,").endsWith(",0.75,2.0,0.25,2.0,0.5");
        assertThat(lines.get(2)).startsWith("r,mask,1/4,3,1,1,0.3333333333333333,");
        // Three answers both have a verdict for: two solved by the first alone. Exact p = 2 · (1/2)^2.
        assertThat(tables.pairsCsv().lines().toList().get(1))
                .startsWith("r,\"a, b_%\",mask,1/4,3,2,0,0.6666666666666666,")
                .contains(",0.5,");
    }

    /** What EvalPlus grades: whole programs, cut out of the answers, under its ids. */
    @Test
    void programsAreWrittenForEvalPlus() throws IOException {
        Path problems = Files.writeString(
                folder.resolve("mbpp.jsonl"),
                """
                {"task_id": 3, "text": "Double.", "code": "", "test_list": ["assert f(2) == 4"]}
                {"task_id": 4, "text": "Triple.", "code": "", "test_list": ["assert f(2) == 6"]}
                """);
        RunFolder run = RunFolder.create(folder.resolve("programs"));
        Files.writeString(run.config(), "problems: " + problems + "\nprompt:\n  extraction: none\n");
        Files.writeString(
                run.manifest(), "{\"data\": {\"" + problems + "\": \"ff\", \"/d/policy.safetensors\": \"00\"}}");
        try (ResultsLog log = ResultsLog.open(run.results())) {
            log.append(result("3", "mask", "passed"));
            log.append(result("4", "mask", "failed"));
            log.append(result("3", "flow", "passed"));
        }
        List<Path> files = EvalPlusExport.write(run, run.path().resolve(EvalPlusExport.FOLDER));
        assertThat(files)
                .extracting(file -> run.path().relativize(file).toString())
                .containsExactly("evalplus/mask_1-4/samples.jsonl", "evalplus/flow_1-4/samples.jsonl");
        assertThat(Files.readAllLines(files.get(0)))
                .containsExactly(
                        "{\"task_id\":\"Mbpp/3\",\"solution\":\"text\"}",
                        "{\"task_id\":\"Mbpp/4\",\"solution\":\"text\"}");
        Files.writeString(
                problems, Files.readString(problems).lines().findFirst().orElseThrow());
        assertThatThrownBy(() -> EvalPlusExport.write(run, run.path()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("have no 4");
    }

    @Test
    void latexEscapesNamesAndCountsItsColumns() throws IOException {
        RunFolder one = run("r_1", "gsm8k:data/gsm8k-test.jsonl", "none");
        String alone = TableExport.of(List.of(one)).latex();
        assertThat(alone)
                .contains("\\begin{tabular}{llrrrrr}", "\\toprule", "\\midrule", "\\bottomrule")
                .contains("a, b\\_\\% & 1/4 & 4 & 75.0 & $[30.1, 95.4]$ & 2.0 & 2.00 \\\\")
                .contains("a, b\\_\\% & mask & 1/4 & 2 & 0 & +66.7 ");
        String both = TableExport.of(List.of(one, run("r2", "gsm8k:data/gsm8k-test.jsonl", "none")))
                .latex();
        assertThat(both).contains("\\begin{tabular}{lllrrrrr}", "r\\_1 & a, b\\_\\% & 1/4", "r2 & mask & 1/4");
        for (String table : both.split("\\\\begin\\{tabular}\\{")) {
            int columns = table.indexOf('}');
            table.lines().filter(line -> line.endsWith("\\\\")).forEach(line -> assertThat(line.split("(?<!\\\\)&"))
                    .as(line)
                    .hasSize(columns));
        }
    }

    @Test
    void theHarnessesFieldsHoldShareErrorAndCounts() throws IOException {
        RunFolder run = run("r", "gsm8k:data/gsm8k-test.jsonl", "boxed");
        List<Path> files = LmEvalExport.write(run, folder.resolve("out"));
        assertThat(files)
                .containsExactly(
                        folder.resolve("out/a_b___1_4/results_2026-01-02T03-04-05.000000.json"),
                        folder.resolve("out/mask_1_4/results_2026-01-02T03-04-05.000000.json"));
        JsonNode first = new ObjectMapper().readTree(files.get(0).toFile());
        JsonNode scores = first.at("/results/gsm8k");
        assertThat(scores.get("alias").asText()).isEqualTo("gsm8k");
        assertThat(scores.get("exact_match,boxed").asDouble()).isEqualTo(0.75);
        // sqrt(0.75 · 0.25 / 3) = 0.25
        assertThat(scores.get("exact_match_stderr,boxed").asDouble()).isCloseTo(0.25, within(1e-12));
        assertThat(first.at("/n-samples/gsm8k/original").asInt()).isEqualTo(4);
        assertThat(first.at("/n-samples/gsm8k/effective").asInt()).isEqualTo(4);
        assertThat(first.at("/higher_is_better/gsm8k/exact_match").asBoolean()).isTrue();
        assertThat(first.at("/n-shot/gsm8k").asInt()).isZero();
        assertThat(first.at("/versions/gsm8k").asText()).isEqualTo("ff00");
        assertThat(first.at("/config/model_args").asText()).isEqualTo("pretrained=builtin,dtype=f32");
        assertThat(first.at("/config/random_seed").asInt()).isEqualTo(5);
        assertThat(first.at("/config/gen_kwargs/decoder/type").asText()).isEqualTo("flow");
        assertThat(first.at("/git_hash").asText()).isEqualTo("abc");
        assertThat(first.at("/date").asDouble()).isEqualTo(1767323045.0);
        JsonNode second = new ObjectMapper().readTree(files.get(1).toFile());
        assertThat(second.at("/n-samples/gsm8k/effective").asInt()).isEqualTo(3); // one has no verdict
    }

    @Test
    void programsAreMeasuredByPassAt1() throws IOException {
        RunFolder run = run("r", "builtin:test", "none");
        JsonNode first = new ObjectMapper()
                .readTree(LmEvalExport.write(run, folder.resolve("out")).get(0).toFile());
        assertThat(first.at("/results/builtin_test").get("pass@1,none").asDouble())
                .isEqualTo(0.75);
    }

    @Test
    void aFolderWithoutAnEvaluationIsRefused() {
        RunFolder empty = RunFolder.create(folder.resolve("empty"));
        assertThatThrownBy(() -> TableExport.of(List.of(empty)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("no summary.json");
        assertThatThrownBy(() -> LmEvalExport.write(empty, folder))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("no summary.json");
    }
}
