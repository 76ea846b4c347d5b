package io.maskflow.experiments.benchmark;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What a thread has allocated in Java. */
final class Heap {

    private Heap() {}

    /** Bytes allocated by this thread since it began; 0 where the virtual machine does not count. */
    static long ofThisThread() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
                        && bean.isThreadAllocatedMemorySupported()
                ? bean.getThreadAllocatedBytes(Thread.currentThread().getId())
                : 0;
    }
}
