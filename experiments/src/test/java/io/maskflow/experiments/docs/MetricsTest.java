package io.maskflow.experiments.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.curves.CallCurve;
import io.maskflow.experiments.curves.DialMix;
import io.maskflow.experiments.curves.EqualCalls;
import io.maskflow.experiments.metrics.MetricNames;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.run.ResultsLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsTest {

    /** A metric is put under a literal name into a map of one of these names. */
    private static final Pattern PUT =
            Pattern.compile("\\b(?:named|values|scores|metrics|curves|line)\\.put\\(\\s*\"([^\"]+)\"");

    private static final List<String> WRITERS = List.of(
            "experiments/src/main/java/io/maskflow/experiments/training",
            "policy/src/main/java/io/maskflow/policy/grpo/UpdateMetrics.java",
            "alignment/src/main/java/io/maskflow/alignment");

    private static Set<String> explained() {
        Set<String> names = new TreeSet<>();
        for (String line :
                Repository.text(Repository.root().resolve("docs/METRICS.md")).split("\n")) {
            if (line.startsWith("| `")) {
                Matcher name = Pattern.compile("`([^`]+)`").matcher(line.substring(0, line.indexOf('|', 2)));
                while (name.find()) {
                    names.add(name.group(1).replace("[]", ""));
                }
            }
        }
        return names;
    }

    private static Set<String> written() {
        Set<String> names = new TreeSet<>();
        for (Path file : Repository.sources("main")) {
            String place = Repository.root().relativize(file).toString();
            if (WRITERS.stream().anyMatch(place::startsWith)) {
                Matcher put = PUT.matcher(Repository.text(file));
                while (put.find()) {
                    names.add(put.group(1));
                }
            }
        }
        return names;
    }

    @Test
    void everyTrainingMetricIsExplained() {
        assertThat(written()).hasSizeGreaterThan(25);
        assertThat(explained()).containsAll(written()).containsAll(MetricNames.all());
    }

    @Test
    void everyFieldOfAResultAndASummaryIsExplained() {
        ObjectMapper mapper = new ObjectMapper();
        ResultsLog.Result result = new ResultsLog.Result("1", "a", "1/4", 0, 1, 1, 1, "passed", 1.0, true, "");
        ResultsLog.Result other = new ResultsLog.Result("1", "b", "1/4", 0, 1, 1, 1, "failed", 0.0, false, "");
        JsonNode summary = mapper.valueToTree(Summary.of(List.of(result, other), 4));
        Set<String> names = new TreeSet<>();
        mapper.valueToTree(result).fieldNames().forEachRemaining(names::add);
        summary.at("/rows/0").fieldNames().forEachRemaining(names::add);
        summary.at("/pairs/0").fieldNames().forEachRemaining(names::add);
        summary.fieldNames().forEachRemaining(names::add);
        Stream.of(
                        CallCurve.class,
                        CallCurve.Point.class,
                        CallCurve.AtCalls.class,
                        EqualCalls.class,
                        EqualCalls.Row.class,
                        EqualCalls.Comparison.class,
                        DialMix.class)
                .forEach(type -> mapper.getSerializationConfig()
                        .introspect(mapper.constructType(type))
                        .findProperties()
                        .forEach(property -> names.add(property.getName())));
        names.removeAll(
                Set.of("judged", "first", "second", "response_length", "rows", "pairs", "curves", "equal_calls"));
        assertThat(names).hasSizeGreaterThan(20);
        assertThat(explained()).containsAll(names);
    }

    @Test
    void noMetricIsExplainedThatNobodyWrites() {
        Set<String> trainingNames = new TreeSet<>();
        boolean training = false;
        for (String line :
                Repository.text(Repository.root().resolve("docs/METRICS.md")).split("\n")) {
            if (line.startsWith("## ")) {
                training = line.contains("metrics.jsonl");
            }
            if (training && line.startsWith("| `")) {
                Matcher name = Pattern.compile("`([^`]+)`").matcher(line.substring(0, line.indexOf('|', 2)));
                while (name.find()) {
                    trainingNames.add(name.group(1));
                }
            }
        }
        trainingNames.remove("step");
        // these are put together from a prefix and a budget, a price or "score": Validation.score
        trainingNames.removeIf(name -> name.startsWith("validation/") || name.startsWith("validation_raw/"));
        assertThat(written()).containsAll(trainingNames);
    }
}
