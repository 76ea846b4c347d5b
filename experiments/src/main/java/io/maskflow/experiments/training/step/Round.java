package io.maskflow.experiments.training.step;

import io.maskflow.experiments.training.settings.Slice;
import io.maskflow.policy.grpo.GroupLoss;
import io.maskflow.policy.grpo.SurrogateGradient;
import io.maskflow.rollout.Fleet;
import io.maskflow.rollout.GroupTask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Groups rolled out together on a fleet. A worker rolls out, grades and reports its slice; decisions stay with it, and
 * gradients are asked for by sending the advantages and the parameters there. Where tasks are whole groups and there is one
 * inner epoch, the report brings the gradient along and nothing is held.
 */
final class Round implements AutoCloseable {

    /**
     * A group as the learner sees it.
     *
     * @param task which group
     * @param scored trajectories, verdicts, rewards; none after a fault
     * @param fault why there is none, or empty
     */
    record Group(GroupTask task, Optional<ScoredGroup> scored, String fault) {}

    private final Optional<Fleet.Held<RolledSlice>> held;
    private final List<Comparison.Report> reports;
    private final List<Slice> slices;
    private final List<Group> groups = new ArrayList<>();
    private final Map<GroupTask, double[][]> worth = new IdentityHashMap<>();

    private Round(
            List<Slice> slices,
            Optional<Fleet.Held<RolledSlice>> held,
            List<Comparison.Report> reports,
            Comparison comparison) {
        this.slices = slices;
        this.held = held;
        this.reports = reports;
        for (int from = 0; from < slices.size(); ) {
            int to = from;
            while (to < slices.size()
                    && slices.get(to).task() == slices.get(from).task()) {
                to++;
            }
            groups.add(group(slices.get(from).task(), reports.subList(from, to), comparison));
            from = to;
        }
    }

    private Group group(GroupTask task, List<Comparison.Report> parts, Comparison comparison) {
        List<RolledSlice> outlines =
                parts.stream().map(Comparison.Report::outline).toList();
        Optional<RolledSlice> broken =
                outlines.stream().filter(RolledSlice::faulty).findFirst();
        if (broken.isPresent()) {
            worth.put(task, new double[task.groupSize()][0]);
            return new Group(task, Optional.empty(), broken.get().fault());
        }
        ScoredGroup scored = comparison.scored(outlines);
        worth.put(task, comparison.advantages(scored));
        return new Group(task, Optional.of(scored), "");
    }

    /**
     * Rolls out.
     *
     * @param fleet who does it
     * @param slices slices of groups, those of a group side by side
     * @param work what is done with each
     * @param comparison how groups are compared
     * @param once whether gradients are asked for at these parameters only
     * @param done told of each slice that has ended; what it throws ends the round
     */
    static Round roll(
            Fleet fleet,
            List<Slice> slices,
            SliceWork work,
            Comparison comparison,
            boolean once,
            Consumer<Slice> done) {
        if (once && slices.stream().allMatch(Slice::wholeGroup)) {
            List<Comparison.Report> reports = fleet.map(
                    slices,
                    (backbone, slice) -> comparison.report(work.run(backbone, slice)),
                    (slice, report) -> done.accept(slice));
            return new Round(slices, Optional.empty(), reports, comparison);
        }
        Fleet.Held<RolledSlice> held = fleet.hold(slices, work);
        try {
            List<Comparison.Report> reports = held.map(
                    slices, (rolled, slice) -> comparison.report(rolled), (slice, report) -> done.accept(slice));
            return new Round(slices, Optional.of(held), reports, comparison);
        } catch (RuntimeException | Error e) {
            held.close();
            throw e;
        }
    }

    /** The groups, in order. */
    List<Group> groups() {
        return groups;
    }

    /** Whether anything of a group is learned from. */
    boolean learnedFrom(Group group) {
        return Arrays.stream(worth.get(group.task())).anyMatch(row -> row.length > 0);
    }

    /** The advantages of the groups. */
    List<double[][]> advantages() {
        return groups.stream().map(group -> worth.get(group.task())).toList();
    }

    /** Divides all advantages. */
    void divideAdvantages(double by) {
        worth.values().forEach(rows -> {
            for (double[] row : rows) {
                for (int i = 0; i < row.length; i++) {
                    row[i] /= by;
                }
            }
        });
    }

    /** Learns nothing from a group from now on. */
    void drop(Group group) {
        worth.put(group.task(), new double[group.task().groupSize()][0]);
    }

    /**
     * The gradient of some groups, not averaged: the sum over their slices in sample order.
     *
     * @param brought whether the reports brought the gradients along, and these are what is asked for
     * @param some which groups
     * @param loss what is differentiated
     * @return one per group of this round, in order; zero for the others
     */
    List<SurrogateGradient> gradients(boolean brought, Set<Group> some, GroupLoss loss) {
        boolean here = brought && slices.stream().allMatch(Slice::wholeGroup);
        List<List<SurrogateGradient>> parts = here
                ? reports.stream().map(Comparison.Report::gradient).toList()
                : fetched(some, loss).stream().map(List::of).toList();
        Map<GroupTask, SurrogateGradient> sums = new IdentityHashMap<>();
        for (int i = 0; i < slices.size(); i++) {
            SurrogateGradient sum = sums.computeIfAbsent(
                    slices.get(i).task(),
                    task -> SurrogateGradient.zero(loss.policy().shape().parameterCount()));
            parts.get(i).forEach(sum::add);
        }
        return groups.stream().map(group -> sums.get(group.task())).toList();
    }

    private List<SurrogateGradient> fetched(Set<Group> some, GroupLoss loss) {
        Set<GroupTask> asked = Collections.newSetFromMap(new IdentityHashMap<>());
        some.forEach(group -> asked.add(group.task()));
        List<double[][]> rows = slices.stream()
                .map(slice -> asked.contains(slice.task())
                        ? Arrays.copyOfRange(worth.get(slice.task()), slice.first(), slice.end())
                        : new double[slice.end() - slice.first()][0])
                .toList();
        return held.orElseThrow().map(rows, (rolled, row) -> rolled.gradient(row, loss));
    }

    @Override
    public void close() {
        held.ifPresent(Fleet.Held::close);
    }
}
