package io.maskflow.experiments.serving.batch;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodingLoop;
import io.maskflow.decoder.RowInProgress;
import io.maskflow.decoder.RunningBatch;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.experiments.serving.request.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Responses of one shape that a worker decodes together: prompts of one length, responses of one length, the same rules for
 * the logits. Nothing is padded, so a row is computed as it would be alone.
 */
final class Lane implements AutoCloseable {

    /**
     * What rows must have in common.
     *
     * @param promptLength tokens
     * @param length positions of the session
     * @param rules for the logits
     */
    record Shape(int promptLength, int length, LogitRules rules) {}

    private record Seat(Job job, int sample) {}

    private final RunningBatch batch;
    private final Map<RowInProgress, Seat> seats = new IdentityHashMap<>();

    Lane(MaskPredictor backbone, Shape shape) {
        this.batch = new RunningBatch(backbone, shape.rules(), shape.length());
    }

    static Shape shape(Job job, BackboneInfo info) {
        DecodeRequest request = job.request();
        return new Shape(
                request.samples().get(0).promptIds().length,
                DecodingLoop.positions(request, job.rows()),
                job.decoder().logitRules(info));
    }

    int rows() {
        return batch.size();
    }

    void join(Job job) {
        List<? extends RowInProgress> rows = job.rows();
        List<int[]> prompts = job.request().samples().stream()
                .map(DecodeRequest.Sample::promptIds)
                .toList();
        batch.join(prompts, rows, job.progress()::stepped);
        for (int sample = 0; sample < rows.size(); sample++) {
            seats.put(rows.get(sample), new Seat(job, sample));
        }
    }

    /** One model call for all rows; those that are done, or that nobody waits for, leave. */
    void step() {
        List<RunningBatch.Done> done = batch.step();
        seats.forEach((row, seat) -> seat.job().progress().settled(seat.sample(), row.settled()));
        for (RunningBatch.Done one : done) {
            Seat seat = seats.remove(one.row());
            seat.job().progress().done(seat.sample(), one.response());
        }
        List<RowInProgress> unwanted = new ArrayList<>();
        seats.forEach((row, seat) -> {
            if (seat.job().progress().abandoned()) {
                unwanted.add(row);
            }
        });
        if (!unwanted.isEmpty()) {
            Set<RowInProgress> going = new HashSet<>(unwanted);
            batch.leave(going::contains);
            unwanted.forEach(seats::remove);
        }
    }

    /** Ends all its jobs. */
    void fail(Refusal why) {
        Set<Job.Progress> waiting = Collections.newSetFromMap(new IdentityHashMap<>());
        seats.values().forEach(seat -> waiting.add(seat.job().progress()));
        seats.clear();
        batch.close();
        waiting.forEach(progress -> progress.failed(why));
    }

    @Override
    public void close() {
        fail(Refusal.of(503, "stopping", "the server is stopping"));
    }
}
