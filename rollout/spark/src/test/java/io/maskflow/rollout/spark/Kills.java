package io.maskflow.rollout.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * Watches the cluster from the driver and kills (SIGKILL) the executor that has just started a task of a chosen job; another
 * one at a later task if that task had ended before the kill came, so that a task is lost for certain.
 */
public final class Kills extends SparkListener {

    private static int wantedJob = Integer.MAX_VALUE;
    private static int jobs;
    private static long victim = -1;
    private static int lostTasks;
    private static final Map<Integer, Integer> JOB_OF_STAGE = new HashMap<>();

    /** Kills in the job with this number, counted from now on, and forgets what was. */
    static synchronized void arm(int job) {
        wantedJob = job;
        jobs = 0;
        victim = -1;
        lostTasks = 0;
        JOB_OF_STAGE.clear();
    }

    static synchronized int lostTasks() {
        return lostTasks;
    }

    @Override
    public void onJobStart(SparkListenerJobStart event) {
        synchronized (Kills.class) {
            scala.collection.Iterator<Object> stages = event.stageIds().iterator();
            while (stages.hasNext()) {
                JOB_OF_STAGE.put((Integer) stages.next(), jobs);
            }
            jobs++;
        }
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart event) {
        synchronized (Kills.class) {
            int job = JOB_OF_STAGE.getOrDefault(event.stageId(), -1);
            if (job >= wantedJob && lostTasks == 0 && victim < 0) {
                victim = event.taskInfo().taskId();
                kill(event.taskInfo().executorId());
            }
        }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd event) {
        synchronized (Kills.class) {
            if (event.reason() instanceof ExecutorLostFailure) {
                lostTasks++;
            } else if (event.taskInfo().taskId() == victim) {
                victim = -1; // it had ended before the kill came
            }
        }
    }

    private static void kill(String executor) {
        ProcessHandle.current()
                .descendants()
                .filter(process -> runs(process, executor))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean runs(ProcessHandle process, String executor) {
        try {
            Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
            List<String> words = List.of(Files.readString(commandLine).split("\0"));
            int at = words.indexOf("--executor-id");
            return at >= 0 && words.get(at + 1).equals(executor);
        } catch (IOException gone) {
            return false;
        }
    }
}
