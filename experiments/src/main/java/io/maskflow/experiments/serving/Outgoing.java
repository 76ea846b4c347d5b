package io.maskflow.experiments.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.serving.request.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The way of an answer to its client. Nobody waits here: what the network does not take yet is kept, and what a client never
 * takes ends with the connection.
 */
final class Outgoing {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_PENDING = 4 << 20;
    private static final long PULSE_NANOS = 200_000_000;

    private final Response response;
    private final EndPoint line;
    private final long mayBeIdle;
    private final Callback callback; // completed once
    private final AtomicBoolean completed = new AtomicBoolean();
    private final ArrayDeque<byte[]> pending = new ArrayDeque<>();
    private int pendingBytes;
    private long lastSent;
    private boolean started;
    private boolean writing;
    private boolean ended;
    private volatile boolean gone;

    Outgoing(Response response, EndPoint line, Callback callback) {
        this.response = response;
        this.line = line;
        this.mayBeIdle = line.getIdleTimeout();
        this.callback = Callback.from(
                () -> {
                    if (completed.compareAndSet(false, true)) {
                        callback.succeeded();
                    }
                },
                failure -> {
                    if (completed.compareAndSet(false, true)) {
                        callback.failed(failure);
                    }
                });
    }

    /** Whether the client is not there any more. */
    boolean gone() {
        return gone;
    }

    /** Nothing more is wanted. */
    void leave() {
        gone = true;
    }

    /** The connection broke. */
    void broken(Throwable why) {
        gone = true;
        callback.failed(why);
    }

    /**
     * The model works, and nothing moves on the line until the answer begins: it is not idle. To look away when the check of idle lines
     * strikes is not enough, an answer that goes out in that moment would be lost.
     */
    synchronized void working() {
        if (!started) {
            line.setIdleTimeout(0);
        }
    }

    /** A whole answer. */
    synchronized void whole(int status, String type, byte[] body) {
        if (started) {
            throw new IllegalStateException("an answer has begun already");
        }
        started = true;
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
        line.setIdleTimeout(mayBeIdle);
    }

    void json(int status, Object value) {
        whole(status, "application/json", bytes(value));
    }

    /** A refusal: as an answer, or as the last event of a stream that has begun. */
    synchronized void refuse(Refusal why) {
        if (started) {
            event(why.json());
            end();
            return;
        }
        if (why.status() == 401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
        }
        if (why.status() == 429 || why.status() == 503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        }
        if (why.status() == 408 || why.status() == 413) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        json(why.status(), why.json());
    }

    /** The head of a stream, and a comment: the client knows at once that its request was taken. */
    synchronized void begin() {
        send(": accepted\n\n".getBytes(StandardCharsets.US_ASCII));
        line.setIdleTimeout(mayBeIdle);
    }

    /** A comment once in a while where no text comes: a client that has left is noticed. */
    synchronized void pulse() {
        if (!writing && System.nanoTime() - lastSent > PULSE_NANOS) {
            send(": working\n\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** One event of a stream. */
    synchronized void event(Object value) {
        send(frame(bytes(value)));
    }

    /** The same, left out if the client is far behind. */
    synchronized void eventIfKeptUp(Object value) {
        if (pendingBytes < MOST_PENDING) {
            event(value);
        }
    }

    /** The end of a stream. */
    synchronized void end() {
        send(frame("[DONE]".getBytes(StandardCharsets.UTF_8)));
        ended = true;
        next();
    }

    private void send(byte[] frame) {
        if (!started) {
            started = true;
            response.setStatus(200);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream; charset=utf-8");
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        }
        lastSent = System.nanoTime();
        if (!gone) {
            pending.add(frame);
            pendingBytes += frame.length;
        }
        next();
    }

    private synchronized void next() {
        if (writing) {
            return;
        }
        byte[] frame = pending.poll();
        if (frame == null) {
            if (ended) {
                writing = true; // for good
                response.write(true, ByteBuffer.allocate(0), callback);
            }
            return;
        }
        pendingBytes -= frame.length;
        writing = true;
        response.write(false, ByteBuffer.wrap(frame), Callback.from(this::written, this::failed));
    }

    private void written() {
        synchronized (this) {
            writing = false;
        }
        next();
    }

    private void failed(Throwable why) {
        gone = true;
        synchronized (this) {
            pending.clear();
        }
        callback.failed(why);
    }

    private static byte[] frame(byte[] data) {
        byte[] frame = new byte[data.length + 8];
        System.arraycopy("data: ".getBytes(StandardCharsets.US_ASCII), 0, frame, 0, 6);
        System.arraycopy(data, 0, frame, 6, data.length);
        frame[frame.length - 2] = '\n';
        frame[frame.length - 1] = '\n';
        return frame;
    }

    private static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an answer cannot be written", impossible);
        }
    }
}
