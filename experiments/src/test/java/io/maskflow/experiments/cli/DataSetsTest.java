package io.maskflow.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.net.httpserver.HttpServer;
import io.maskflow.experiments.datasets.PublicDataSet;
import io.maskflow.experiments.datasets.PublicDataSets;
import io.maskflow.experiments.run.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** From a server on this machine to the tables: a data set fetched, listed, filtered and evaluated. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DataSetsTest {

    @TempDir
    static Path folder;

    private static HttpServer server;
    private static final ByteArrayOutputStream ERR = new ByteArrayOutputStream();

    @BeforeAll
    static void serve() throws IOException {
        byte[] data = Files.readAllBytes(countdown());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/sets/countdown_cd3_test.jsonl", exchange -> {
            exchange.sendResponseHeaders(200, data.length);
            try (exchange) {
                exchange.getResponseBody().write(data);
            }
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    /** The data set itself is no part of the project: without it these tests are skipped. */
    private static Path countdown() throws IOException {
        PublicDataSet set = PublicDataSets.named(List.of("countdown")).get(0);
        String asked = System.getenv("MASKFLOW_DATA");
        for (String name : (asked == null ? "../data" : asked).split(File.pathSeparator)) {
            if (Files.isDirectory(Path.of(name))) {
                try (Stream<Path> paths = Files.walk(Path.of(name), 3)) {
                    for (Path path : paths.filter(Files::isRegularFile).toList()) {
                        if (Files.size(path) == set.bytes() && Sha256.of(path).equals(set.sha256())) {
                            return path;
                        }
                    }
                }
            }
        }
        System.out.println("SKIPPED (data): countdown is not here; ./maskflow data fetch countdown");
        return abort("countdown is not on this machine: ./maskflow data fetch countdown");
    }

    private static String run(int expected, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ERR.reset();
        int code = Main.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(ERR, true, StandardCharsets.UTF_8));
        assertThat(code).as(ERR.toString(StandardCharsets.UTF_8)).isEqualTo(expected);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String mirror() {
        return "http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort() + "/sets";
    }

    private static String at(String name) {
        return folder.resolve(name).toString();
    }

    private static Path config(String prompt) throws IOException {
        return Files.writeString(
                folder.resolve("evaluate.yaml"),
                "problems: data/countdown_cd3_test.jsonl\nlimit: 2\nprompt: " + prompt + "\nresponseLength: 16\n"
                        + "budgets: [1/8]\ndecoders:\n  mask: { type: mask-prediction }\ngrader: { workers: 1 }\n");
    }

    @Test
    @Order(1)
    void fetchShowsTheLicenceAndStoresItBesideTheFile() {
        String out = run(0, "data", "fetch", "countdown", "--dir", at("data"), "--mirror", mirror());
        assertThat(out)
                .contains("256 problems", "licence Apache-2.0", "fetched, sha256 right")
                .contains("problems: countdown:" + at("data/countdown_cd3_test.jsonl"));
        assertThat(out.indexOf("licence")).isLessThan(out.indexOf("fetched"));
        assertThat(folder.resolve("data/countdown_cd3_test.jsonl.licence.txt"))
                .content()
                .contains("dllm-reasoning/d1", "Apache License");
        assertThat(run(0, "data", "fetch", "countdown", "--dir", at("data"), "--mirror", mirror()))
                .contains("was there already");
        assertThat(run(0, "data", "list", "--dir", at("data")))
                .contains("problems: countdown:" + at("data/countdown_cd3_test.jsonl"))
                .contains("not fetched");
        assertThat(run(0, "data", "list", at("data/countdown_cd3_test.jsonl"))).contains("256 problems with answers");
    }

    @Test
    @Order(2)
    void whatCannotBeFetchedIsToldAndTheRestStillComes() {
        run(1, "data", "fetch", "gsm8k", "countdown", "--dir", at("other"), "--mirror", mirror());
        assertThat(ERR.toString(StandardCharsets.UTF_8))
                .contains("gsm8k could not be fetched")
                .contains("HTTP 404");
        assertThat(folder.resolve("other/countdown_cd3_test.jsonl")).exists();
        assertThat(folder.resolve("other/gsm8k-test.jsonl")).doesNotExist();
        run(2, "data", "fetch", "gsm9k");
        run(2, "data", "fetch", "gsm8k", "--mirror", "not an address");
    }

    @Test
    @Order(3)
    void evaluateJudgesAnswersAndLeavesTheTables() throws IOException {
        String file = config("{ template: evotoken-countdown }").toString();
        run(0, "evaluate", file, "--out", at("run"));
        assertThat(Files.readAllLines(folder.resolve("run/results.jsonl")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).containsPattern("\"verdict\":\"(passed|failed|error)\""))
                .first()
                .asString()
                .contains("\"id\":\"countdown/1\"");
        for (String table : List.of("table.csv", "pairs.csv", "table.tex", "lm-eval/mask_1_8")) {
            assertThat(folder.resolve("run").resolve(table)).exists();
        }
        assertThat(run(0, "report", at("run"), "--format", "csv", "--out", at("tables")))
                .contains("table.csv");
        assertThat(run(0, "report", at("run"), "--format", "latex", "--out", at("t.tex")))
                .contains("t.tex");
        assertThat(run(0, "report", at("run"), "--format", "lm-eval", "--out", at("lm")))
                .contains("results_");
        run(2, "report", at("run"), "--format", "xml");
        run(
                0,
                "filter",
                Files.writeString(
                                folder.resolve("filter.yaml"),
                                "problems: countdown:data/countdown_cd3_test.jsonl\nlimit: 2\nbudget: 1/8\n"
                                        + "prompt: { template: evotoken-countdown }\nresponseLength: 16\ngrader: { workers: 1 }\n")
                        .toString(),
                "--out",
                at("filtered"));
        assertThat(folder.resolve("filtered/problems.jsonl")).exists();
    }

    @Test
    @Order(4)
    void settingsThatDoNotFitAreRefusedBeforeAnythingIsWritten() throws IOException {
        run(
                2,
                "evaluate",
                config("{ template: \"{text}\", extraction: opencompass-mbpp }").toString(),
                "--out",
                at("no"));
        assertThat(ERR.toString(StandardCharsets.UTF_8))
                .contains("evotoken, steps")
                .contains("opencompass-mbpp");
        run(2, "evaluate", config("{ template: \"{text} {test_list[0]}\" }").toString(), "--out", at("no"));
        assertThat(ERR.toString(StandardCharsets.UTF_8)).contains("problem countdown/1 has 0 asserts");
        run(
                2,
                "evaluate",
                config("{ template: \"{text}\", extraction: boxxed }").toString(),
                "--out",
                at("no"));
        assertThat(folder.resolve("no")).doesNotExist();
    }
}
