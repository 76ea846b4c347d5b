package io.maskflow.experiments.training;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.decoding.StepSizeChoice;
import io.maskflow.experiments.evaluation.AnswerGrading;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.report.ProgressLine;
import io.maskflow.experiments.report.StopSignal;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.grpo.PolicyCloning;
import io.maskflow.reward.sandbox.Verdict;
import io.maskflow.rollout.Fleet;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Teaches a policy what hand-made rules did where their program was right; see {@link ImitationSettings}. */
final class Imitation {

    private final TrainConfig config;
    private final ImitationSettings settings;
    private final Fleet fleet;
    private final AnswerGrading grading;
    private final StopSignal stop;

    Imitation(TrainConfig config, Fleet fleet, AnswerGrading grading, StopSignal stop) {
        this.config = config;
        this.settings = config.policy().imitation();
        this.fleet = fleet;
        this.grading = grading;
        this.stop = stop;
    }

    /**
     * What came out.
     *
     * @param policy the policy
     * @param learned decodings it has learned from
     * @param right decodings whose program passed
     * @param tried decodings made
     * @param error mean square of {@code mu - y}
     */
    record Taught(PolicyNetwork policy, int learned, int right, int tried, double error) {

        String words() {
            return String.format(
                    Locale.ROOT,
                    "imitation: %d of %d decodings by rules were right, %d learned from, mean square error of y %.2g",
                    right,
                    tried,
                    learned,
                    error);
        }
    }

    /** One rule at one budget on some problems. */
    private record Task(StepSizePolicy rule, DecodingBudget budget, List<NumberedProblem> rows)
            implements Serializable {}

    /** A decoding whose program was right. */
    private record Demonstration(String problemAtBudget, List<RowState> rows, List<float[]> fractions)
            implements Serializable {

        /** Mean progress over positions and steps: high where a decoding settles early. */
        double settled() {
            double sum = 0;
            long count = 0;
            for (RowState row : rows) {
                for (float t : row.progress()) {
                    sum += t;
                    count++;
                }
            }
            return count == 0 ? 0 : sum / count;
        }
    }

    /** Asks a rule and writes down what it was shown and what it said. Used by one thread. */
    private static final class Notes implements StepSizePolicy {
        private final StepSizePolicy rule;
        private final Map<Long, List<RowState>> rows = new HashMap<>();
        private final Map<Long, List<float[]>> fractions = new HashMap<>();

        Notes(StepSizePolicy rule) {
            this.rule = rule;
        }

        @Override
        public Fractions choose(RowState row) {
            Fractions chosen = rule.choose(row);
            rows.computeIfAbsent(row.key().prompt(), unused -> new ArrayList<>())
                    .add(row);
            fractions
                    .computeIfAbsent(row.key().prompt(), unused -> new ArrayList<>())
                    .add(chosen.a());
            return chosen;
        }
    }

    /**
     * Teaches.
     *
     * @param problems training problems
     * @throws ConfigurationException if no rule solves any of them
     */
    Taught teach(List<NumberedProblem> problems) {
        List<Task> tasks = tasks(problems);
        List<Demonstration> right = new ArrayList<>();
        Demonstrating demonstrating = new Demonstrating(
                config.seed(), config.responseLength(), config.decoder().settings(), grading);
        try (ProgressLine progress = ProgressLine.start("imitation", tasks.size())) {
            fleet.map(tasks, demonstrating, (task, shown) -> {
                        stop.check();
                        progress.advance("");
                    })
                    .forEach(right::addAll);
        }
        stop.check();
        List<Demonstration> learned = kept(right);
        if (learned.isEmpty()) {
            throw new ConfigurationException("policy.start: imitation needs a problem that some rule of"
                    + " policy.imitation.candidates solves, none of " + problems.size() + " was");
        }
        List<RowState> rows = new ArrayList<>();
        Map<RowState, float[]> said = new IdentityHashMap<>();
        for (Demonstration demonstration : learned) {
            for (int i = 0; i < demonstration.rows().size(); i++) {
                rows.add(demonstration.rows().get(i));
                said.put(demonstration.rows().get(i), demonstration.fractions().get(i));
            }
        }
        PolicyCloning.Clone clone = PolicyCloning.fit(
                PolicyNetwork.initial(config.policyShape(), config.seed()),
                row -> StepSizePolicy.Fractions.of(said.get(row)),
                rows,
                settings.cloning(),
                config.seed());
        int tried = tasks.stream().mapToInt(task -> task.rows().size()).sum();
        return new Taught(clone.network(), learned.size(), right.size(), tried, clone.error());
    }

    private List<Task> tasks(List<NumberedProblem> problems) {
        List<NumberedProblem> byLength = new ArrayList<>(problems);
        byLength.sort(Comparator.comparingInt((NumberedProblem p) -> p.promptIds().length)
                .thenComparingInt(NumberedProblem::number));
        int batch = config.evaluation().batch();
        List<DecodingBudget> budgets = settings.budgets().isEmpty() ? config.budget() : settings.budgets();
        List<Task> tasks = new ArrayList<>();
        for (DecodingBudget budget : budgets.stream().distinct().toList()) {
            for (StepSizeChoice rule : settings.candidates()) {
                for (int from = 0; from < byLength.size(); from += batch) {
                    int to = Math.min(from + batch, byLength.size());
                    tasks.add(new Task(stepSize(rule), budget, List.copyOf(byLength.subList(from, to))));
                }
            }
        }
        return tasks;
    }

    private static StepSizePolicy stepSize(StepSizeChoice rule) {
        return rule instanceof StepSizeChoice.Constant constant
                ? constant.stepSize()
                : ((StepSizeChoice.Confidence) rule).stepSize();
    }

    /** What a worker does: decode by a rule, and write down how where the program is right. */
    private record Demonstrating(long seed, int responseLength, FlowSettings flow, AnswerGrading grading)
            implements Fleet.Task<Task, List<Demonstration>> {

        @Override
        public List<Demonstration> run(MaskPredictor backbone, Task task) {
            Notes notes = new Notes(task.rule());
            List<DecodeRequest.Sample> samples = task.rows().stream()
                    .map(row -> new DecodeRequest.Sample(row.promptIds(), new SampleKey(seed, 0, row.number(), 0)))
                    .toList();
            List<DecodedResponse> responses = new FlowDecoder(flow, notes)
                    .decode(
                            backbone,
                            new DecodeRequest(
                                    samples, responseLength, task.budget().steps(responseLength)),
                            DecodingObserver.NONE);
            List<Verdict> verdicts = grading.grade(
                    task.rows().stream().map(NumberedProblem::problem).toList(),
                    responses.stream().map(r -> grading.text(r.tokenIds())).toList());
            List<Demonstration> right = new ArrayList<>();
            for (int r = 0; r < verdicts.size(); r++) {
                long number = task.rows().get(r).number();
                if (verdicts.get(r).passed()) {
                    right.add(new Demonstration(
                            number + "@" + task.budget(), notes.rows.get(number), notes.fractions.get(number)));
                }
            }
            return right;
        }
    }

    private List<Demonstration> kept(List<Demonstration> right) {
        if (settings.keep() == 0) {
            return right;
        }
        Map<String, List<Demonstration>> byProblem = new TreeMap<>();
        right.forEach(one -> byProblem
                .computeIfAbsent(one.problemAtBudget(), unused -> new ArrayList<>())
                .add(one));
        return byProblem.values().stream()
                .flatMap(all -> all.stream()
                        .sorted(Comparator.comparingDouble(Demonstration::settled)
                                .reversed())
                        .limit(settings.keep()))
                .toList();
    }
}
