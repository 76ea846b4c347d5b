package io.maskflow.experiments.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One HTTP request for the bytes that a file still lacks. The older client of the JDK is used because it can give up on a server
 * that falls silent in the middle of a body.
 */
final class HttpTransfer {
    private static final Pattern FROM = Pattern.compile("bytes (\\d+)-.*");
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);
    private static final int REDIRECTS_AT_MOST = 5;
    private static final int PARTIAL = 206;
    private static final int NOT_SATISFIABLE = 416;
    private static final int TOO_MANY = 429;

    private final URI url;
    private final int timeoutMillis;

    /** The connection failed or was cut: another try may go on. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message);
        }
    }

    /** The address does not have the file. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    HttpTransfer(URI url, int timeoutMillis) {
        this.url = url;
        this.timeoutMillis = timeoutMillis;
    }

    /**
     * Fetches what is missing and appends it; from the first byte if the server knows no ranges.
     *
     * @param file what is there so far
     * @param length of the whole file
     * @throws IOException if the disk fails
     */
    void into(FileChannel file, long length, LongConsumer progress) throws IOException, Broken, Refused {
        if (file.size() > length) {
            file.truncate(0);
        }
        if (file.size() == length) {
            return;
        }
        HttpURLConnection connection = answered(url, file.size(), 0);
        try {
            int status = status(connection);
            if (status == NOT_SATISFIABLE) {
                file.truncate(0);
                throw new Broken("the server has no such bytes (HTTP 416)");
            }
            if (status != HttpURLConnection.HTTP_OK && status != PARTIAL) {
                String message = "HTTP " + status;
                if (status >= 500 || status == TOO_MANY) {
                    throw new Broken(message);
                }
                throw new Refused(message);
            }
            if (status == HttpURLConnection.HTTP_OK || start(connection) != file.size()) {
                file.truncate(0);
                if (status == PARTIAL) {
                    throw new Broken("the server sent another range than asked for");
                }
            }
            append(connection, file, length, progress);
        } finally {
            connection.disconnect();
        }
    }

    private HttpURLConnection answered(URI address, long from, int redirects) throws Broken, Refused {
        if (!List.of("http", "https").contains(String.valueOf(address.getScheme()))) {
            throw new Refused("addresses must be http or https, was " + address);
        }
        try {
            HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(timeoutMillis);
            connection.setReadTimeout(timeoutMillis);
            connection.setRequestProperty("User-Agent", "maskflow");
            // Identity: lengths and ranges are those of the file, not of a packed form of it.
            connection.setRequestProperty("Accept-Encoding", "identity");
            if (from > 0) {
                connection.setRequestProperty("Range", "bytes=" + from + "-");
            }
            String next = connection.getHeaderField("Location");
            if (REDIRECTS.contains(connection.getResponseCode()) && next != null) {
                connection.disconnect();
                if (redirects == REDIRECTS_AT_MOST) {
                    throw new Refused("more than " + REDIRECTS_AT_MOST + " redirects");
                }
                return answered(address.resolve(next), from, redirects + 1);
            }
            return connection;
        } catch (IllegalArgumentException e) {
            throw new Refused("a redirect to no address: " + e.getMessage());
        } catch (UnknownHostException e) {
            throw new Refused("no such host, or no network: " + e.getMessage());
        } catch (IOException e) {
            throw new Broken(reason(e));
        }
    }

    private static int status(HttpURLConnection connection) throws Broken {
        try {
            return connection.getResponseCode();
        } catch (IOException e) {
            throw new Broken(reason(e));
        }
    }

    /** The first byte of a partial answer; -1 if it does not say. */
    private static long start(HttpURLConnection connection) {
        Matcher range = FROM.matcher(String.valueOf(connection.getHeaderField("Content-Range")));
        return range.matches() ? Long.parseLong(range.group(1)) : -1;
    }

    private static void append(HttpURLConnection connection, FileChannel file, long length, LongConsumer progress)
            throws IOException, Broken, Refused {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = body(connection)) {
            for (int read = next(in, buffer); read >= 0; read = next(in, buffer)) {
                if (file.size() + read > length) {
                    file.truncate(0);
                    throw new Refused("longer than the " + length + " bytes it should have");
                }
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    file.write(bytes, file.size());
                }
                progress.accept(file.size());
            }
        }
        if (file.size() < length) {
            throw new Broken("cut off after " + file.size() + " of " + length + " bytes");
        }
    }

    private static InputStream body(HttpURLConnection connection) throws Broken {
        try {
            return connection.getInputStream();
        } catch (IOException e) {
            throw new Broken(reason(e));
        }
    }

    /** The network's failures are told apart from the disk's. */
    private static int next(InputStream in, byte[] buffer) throws Broken {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new Broken(reason(e));
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
