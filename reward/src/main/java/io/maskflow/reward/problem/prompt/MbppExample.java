package io.maskflow.reward.problem.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.problem.MbppProblems;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One of MBPP's tasks 2, 3 and 4, the worked examples of every few-shot MBPP prompt.
 *
 * @param code the solution as in the data set, with its CRLF line ends and trailing blanks
 */
record MbppExample(CodingProblem problem, String code) {
    /** Tasks 2, 3, 4 in order: rows of mbpp.jsonl (google-research, CC BY 4.0), unchanged. */
    static final List<MbppExample> ALL = read();

    private static List<MbppExample> read() {
        List<MbppExample> examples = new ArrayList<>();
        try (InputStream in = MbppExample.class.getResourceAsStream("mbpp-examples.jsonl");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode json = new ObjectMapper().readTree(line);
                CodingProblem problem = MbppProblems.problem(new JsonRows.Row(json, "mbpp-examples.jsonl"));
                examples.add(new MbppExample(problem, json.get("code").textValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("resource mbpp-examples.jsonl", e);
        }
        return List.copyOf(examples);
    }
}
