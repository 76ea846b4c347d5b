package io.maskflow.experiments.training.start;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.experiments.evaluation.answers.AnswerGrading;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.rollout.Fleet;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decodes training problems by given step sizes and writes down what these were shown, what they said and what came of it. */
final class Demonstrations {

    private final TrainConfig config;
    private final Fleet fleet;
    private final AnswerGrading grading;
    private final StopSignal stop;

    Demonstrations(TrainConfig config, Fleet fleet, AnswerGrading grading, StopSignal stop) {
        this.config = config;
        this.fleet = fleet;
        this.grading = grading;
        this.stop = stop;
    }

    /**
     * One decoding.
     *
     * @param problem number of the problem
     * @param budget it was decoded at
     * @param passed whether its program was right
     * @param tokens {@code [N]} the answer
     * @param rows what the step size was shown, one a step, with memory and without a price
     * @param fractions what it said
     * @param predicted the top tokens of these steps
     */
    record Decoding(
            long problem,
            DecodingBudget budget,
            boolean passed,
            int[] tokens,
            List<RowState> rows,
            List<float[]> fractions,
            List<int[]> predicted)
            implements Serializable {}

    /** One step size at one budget on some problems. */
    private record Task(StepSizePolicy stepSize, DecodingBudget budget, List<NumberedProblem> rows)
            implements Serializable {}

    /** Asks a step size and writes down what it was shown and what it said. Used by one thread. */
    private static final class Notes implements StepSizePolicy {
        private final StepSizePolicy stepSize;
        private final Map<Long, List<RowState>> rows = new HashMap<>();
        private final Map<Long, List<float[]>> fractions = new HashMap<>();

        Notes(StepSizePolicy stepSize) {
            this.stepSize = stepSize;
        }

        @Override
        public boolean remembers() {
            return true;
        }

        @Override
        public Fractions choose(RowState row) {
            Fractions chosen = stepSize.choose(row);
            long problem = row.key().prompt();
            rows.computeIfAbsent(problem, unused -> new ArrayList<>()).add(row);
            fractions.computeIfAbsent(problem, unused -> new ArrayList<>()).add(chosen.a());
            return chosen;
        }
    }

    /** The step size that a hand-made choice means. */
    static StepSizePolicy stepSize(StepSizeChoice rule) {
        return rule instanceof StepSizeChoice.Constant constant
                ? constant.stepSize()
                : ((StepSizeChoice.Confidence) rule).stepSize();
    }

    /**
     * Decodes every problem by every step size at every budget.
     *
     * @param what the word of the progress line
     * @param problems training problems
     * @param stepSizes how far to step
     * @param budgets ceilings
     * @return in the order of budgets, then of step sizes
     */
    List<Decoding> make(
            String what,
            List<NumberedProblem> problems,
            List<? extends StepSizePolicy> stepSizes,
            List<DecodingBudget> budgets) {
        List<NumberedProblem> byLength = new ArrayList<>(problems);
        byLength.sort(Comparator.comparingInt((NumberedProblem p) -> p.promptIds().length)
                .thenComparingInt(NumberedProblem::number));
        int batch = config.evaluation().batch();
        List<Task> tasks = new ArrayList<>();
        for (DecodingBudget budget : budgets.stream().distinct().toList()) {
            for (StepSizePolicy stepSize : stepSizes) {
                for (int from = 0; from < byLength.size(); from += batch) {
                    int to = Math.min(from + batch, byLength.size());
                    tasks.add(new Task(stepSize, budget, List.copyOf(byLength.subList(from, to))));
                }
            }
        }
        Recording recording = new Recording(
                config.seed(), config.responseLength(), config.decoder().settings(), grading);
        List<Decoding> made = new ArrayList<>();
        try (ProgressLine progress = ProgressLine.start(what, tasks.size())) {
            fleet.map(tasks, recording, (task, shown) -> {
                        stop.check();
                        progress.advance("");
                    })
                    .forEach(made::addAll);
        }
        stop.check();
        return made;
    }

    /** What a worker does. */
    private record Recording(long seed, int responseLength, FlowSettings flow, AnswerGrading grading)
            implements Fleet.Task<Task, List<Decoding>> {

        @Override
        public List<Decoding> run(MaskPredictor backbone, Task task) {
            Notes notes = new Notes(task.stepSize());
            List<DecodeRequest.Sample> samples = task.rows().stream()
                    .map(row -> new DecodeRequest.Sample(row.promptIds(), new SampleKey(seed, 0, row.number(), 0)))
                    .toList();
            Map<Integer, List<int[]>> predicted = new HashMap<>();
            List<DecodedResponse> responses = new FlowDecoder(flow, notes)
                    .decode(
                            backbone,
                            new DecodeRequest(
                                    samples, responseLength, task.budget().steps(responseLength)),
                            (DecodingStep step) -> predicted
                                    .computeIfAbsent(step.row(), unused -> new ArrayList<>())
                                    .add(step.predicted()));
            List<Verdict> verdicts = grading.grade(
                    task.rows().stream().map(NumberedProblem::problem).toList(),
                    responses.stream().map(r -> grading.text(r.tokenIds())).toList());
            List<Decoding> made = new ArrayList<>();
            for (int r = 0; r < verdicts.size(); r++) {
                long number = task.rows().get(r).number();
                made.add(new Decoding(
                        number,
                        task.budget(),
                        verdicts.get(r).passed(),
                        responses.get(r).tokenIds(),
                        notes.rows.get(number),
                        notes.fractions.get(number),
                        predicted.get(r)));
            }
            return made;
        }
    }
}
