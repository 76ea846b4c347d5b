package io.maskflow.reward.sandbox.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The Python side as text. A process is started with a short bootstrap that reads the program from its standard input, so nothing
 * is written to disk and nothing can be left behind. The program gets a copy of the builtins: a candidate that replaces
 * {@code builtins.set} does not reach it.
 */
public final class Programs {
    static final String BOOTSTRAP = "import os,builtins\n"
            + "def r(n):\n b=b''\n while len(b)<n:\n  p=os.read(0,n-len(b))\n  if not p: os._exit(0)\n  b+=p\n return b\n"
            + "s=r(int.from_bytes(r(4),'big'))\n"
            + "exec(compile(s,'maskflow','exec'),{'__name__':'maskflow','__builtins__':dict(vars(builtins))})\n";

    /** The program of a sandbox worker. */
    public static final byte[] WORKER = join("codec.py", "membrane.py", "program.py", "worker.py");
    /** The program of a judge. */
    public static final byte[] JUDGE =
            join("codec.py", "membrane.py", "plan.py", "hearing.py", "pairs.py", "reading.py", "judge.py");

    private Programs() {}

    /** Sends a frame: its length in four bytes, then the bytes. */
    public static void sendFrame(OutputStream out, byte[] bytes) throws IOException {
        out.write(ByteBuffer.allocate(4).putInt(bytes.length).array());
        out.write(bytes);
    }

    private static byte[] join(String... names) {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            try (InputStream in = Programs.class.getResourceAsStream(name)) {
                text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException("resource " + name, e);
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
