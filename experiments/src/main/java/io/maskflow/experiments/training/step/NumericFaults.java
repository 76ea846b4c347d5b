package io.maskflow.experiments.training.step;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.rollout.GroupTask;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Groups in which a number was not finite: in the logits, the features, the loss or the gradient. Such a group is left
 * out, counted and written down; after too many the run stops, because then it is no accident. Used by one thread.
 */
public final class NumericFaults {

    private static final Logger LOG = LoggerFactory.getLogger(NumericFaults.class);
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path folder;
    private final int most;
    private int count;
    private int inStep;

    /**
     * @param folder where cases are written
     * @param most how many a run may meet
     * @param soFar how many it has met before it was resumed
     */
    public NumericFaults(Path folder, int most, int soFar) {
        this.folder = folder;
        this.most = most;
        this.count = soFar;
    }

    /** How many the run has met. */
    public int count() {
        return count;
    }

    /** Starts a step. */
    void begin() {
        inStep = 0;
    }

    /** How many this step has met. */
    int inStep() {
        return inStep;
    }

    /**
     * Writes a case down.
     *
     * @param task the group
     * @param problem id of its problem
     * @param what where the number was found
     * @param message what was found
     * @throws IllegalStateException if there were too many
     */
    void met(GroupTask task, String problem, String what, String message) {
        count++;
        inStep++;
        Path file = folder.resolve(
                String.format(Locale.ROOT, "step-%06d-prompt-%d-%s.json", task.step(), task.prompt(), what));
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("what", what);
        written.put("message", message);
        written.put("problem", problem);
        written.put("runSeed", task.runSeed());
        written.put("step", task.step());
        written.put("prompt", task.prompt());
        written.put("groupSize", task.groupSize());
        written.put("responseLength", task.responseLength());
        written.put("totalSteps", task.totalSteps());
        written.put("promptIds", task.promptIds());
        DurableFile.write(file, draft -> JSON.writeValue(draft.toFile(), written));
        LOG.warn("step {}: the group of problem {} is left out: {} ({})", task.step() + 1, problem, message, file);
        if (count > most) {
            throw new IllegalStateException(count + " groups of this run met numbers that are not finite, accepted are "
                    + most + " (maxNumericFaults); the last: " + message + ". The run is saved; every case is in "
                    + folder);
        }
    }
}
