package io.maskflow.experiments.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.maskflow.experiments.run.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetching from a server on this machine that misbehaves in every way a far one may. */
class DownloadTest {
    private static final byte[] DATA = data();

    @TempDir
    Path folder;

    private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    private static byte[] data() {
        byte[] bytes = new byte[300_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        return bytes;
    }

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void serve(String path, Answer answer) {
        server.createContext(path, exchange -> {
            ranges.add(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
            try (exchange) {
                answer.to(exchange);
            }
        });
    }

    private URI url(String path) {
        return URI.create("http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort() + path);
    }

    private static int from(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        return range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    }

    /** Sends the rest of some bytes, at most {@code most} of them though it promises all. */
    private static void send(HttpExchange exchange, byte[] bytes, int most) throws IOException {
        int from = from(exchange);
        if (from > 0) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
        OutputStream out = exchange.getResponseBody();
        out.write(bytes, from, Math.min(most, bytes.length - from));
        out.flush();
    }

    private static PublicDataSet set(URI... urls) {
        return new PublicDataSet(
                "test",
                "test.jsonl",
                1,
                DATA.length,
                sha256(DATA),
                "gsm8k",
                "MIT",
                "prm800k.MIT.txt",
                "nobody/nowhere",
                List.of(urls));
    }

    private static String sha256(byte[] bytes) {
        try {
            Path file = Files.createTempFile("data", "");
            try {
                return Sha256.of(Files.write(file, bytes));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Download.Outcome fetch(URI... urls) {
        return new Download(4, 0, 2_000).fetch(set(urls), folder, bytes -> {});
    }

    private void assertRight() {
        assertThat(folder.resolve("test.jsonl")).hasBinaryContent(DATA);
        assertThat(folder.resolve("test.jsonl.part")).doesNotExist();
    }

    @Test
    void aFileComesWholeWithItsLicenceBesideIt() {
        serve("/a", exchange -> send(exchange, DATA, DATA.length));
        assertThat(fetch(url("/a"))).isEqualTo(Download.Outcome.FETCHED);
        assertRight();
        assertThat(folder.resolve("test.jsonl.licence.txt"))
                .content()
                .startsWith("test.jsonl\nfrom nobody/nowhere\nlicence: MIT\n")
                .contains("Permission is hereby granted");
        assertThat(fetch(url("/gone"))).isEqualTo(Download.Outcome.THERE);
        assertThat(ranges).hasSize(1);
    }

    @Test
    void aCutConnectionIsTakenUpWhereItEnded() {
        serve("/cut", exchange -> send(exchange, DATA, 100_000));
        assertThat(fetch(url("/cut"))).isEqualTo(Download.Outcome.FETCHED);
        assertRight();
        assertThat(ranges).containsExactly("null", "bytes=100000-", "bytes=200000-");
    }

    @Test
    void whatAnEarlierCallLeftIsGoneOnWith() {
        int[] most = {60_000};
        serve("/cut", exchange -> send(exchange, DATA, most[0]));
        assertThatThrownBy(() -> new Download(1, 0, 2_000).fetch(set(url("/cut")), folder, bytes -> {}))
                .hasMessageContaining("cut off after 60000 of 300000 bytes")
                .hasMessageContaining("60000 bytes are kept in");
        assertThat(folder.resolve("test.jsonl")).doesNotExist();
        most[0] = DATA.length;
        assertThat(fetch(url("/cut"))).isEqualTo(Download.Outcome.FETCHED);
        assertRight();
        assertThat(ranges).containsExactly("null", "bytes=60000-");
    }

    @Test
    void aServerWithoutRangesIsAskedForEverything() throws IOException {
        Files.write(folder.resolve("test.jsonl.part"), Arrays.copyOf(DATA, 50_000));
        serve("/plain", exchange -> {
            exchange.sendResponseHeaders(200, DATA.length);
            exchange.getResponseBody().write(DATA);
        });
        assertThat(fetch(url("/plain"))).isEqualTo(Download.Outcome.FETCHED);
        assertRight();
    }

    @Test
    void aWrongHashLeavesNoFile() {
        byte[] other = DATA.clone();
        other[7]++;
        serve("/wrong", exchange -> send(exchange, other, other.length));
        assertThatThrownBy(() -> fetch(url("/wrong")))
                .hasMessageContaining("wrong sha256 " + sha256(other))
                .hasMessageContaining("expected " + sha256(DATA));
        assertThat(folder.resolve("test.jsonl")).doesNotExist();
        assertThat(folder.resolve("test.jsonl.part")).doesNotExist();
    }

    @Test
    void aLeftOverOfAnotherFileIsThrownAway() throws IOException {
        Files.write(folder.resolve("test.jsonl.part"), new byte[50_000]);
        serve("/a", exchange -> send(exchange, DATA, DATA.length));
        assertThat(fetch(url("/a"))).isEqualTo(Download.Outcome.FETCHED);
        assertRight();
        assertThat(ranges).containsExactly("bytes=50000-", "null");
    }

    @Test
    void anotherAddressIsTriedWhereTheFirstHasNothingOrTheWrongThing() {
        serve("/404", exchange -> exchange.sendResponseHeaders(404, -1));
        serve("/long", exchange -> send(exchange, Arrays.copyOf(DATA, DATA.length + 1), DATA.length + 1));
        serve("/a", exchange -> send(exchange, DATA, DATA.length));
        assertThat(fetch(url("/404"), url("/long"), url("/a"))).isEqualTo(Download.Outcome.FETCHED);
        assertRight();
        assertThat(ranges).hasSize(3); // neither is asked twice
        assertThatThrownBy(() -> new Download(4, 0, 2_000).fetch(set(url("/404")), folder.resolve("b"), bytes -> {}))
                .hasMessageContaining("/404: HTTP 404");
    }

    @Test
    void redirectsAreFollowedWithTheRangeAndNotForEver() throws IOException {
        Files.write(folder.resolve("test.jsonl.part"), Arrays.copyOf(DATA, 50_000));
        serve("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/a");
            exchange.sendResponseHeaders(302, -1);
        });
        serve("/a", exchange -> send(exchange, DATA, DATA.length));
        serve("/circle", exchange -> {
            exchange.getResponseHeaders().add("Location", "/circle");
            exchange.sendResponseHeaders(301, -1);
        });
        serve("/file", exchange -> {
            exchange.getResponseHeaders().add("Location", "file:///etc/hostname");
            exchange.sendResponseHeaders(302, -1);
        });
        assertThatThrownBy(() -> fetch(url("/circle"))).hasMessageContaining("more than 5 redirects");
        assertThatThrownBy(() -> fetch(url("/file"))).hasMessageContaining("must be http or https");
        ranges.clear();
        assertThat(fetch(url("/moved"))).isEqualTo(Download.Outcome.FETCHED);
        assertRight();
        assertThat(ranges).containsExactly("bytes=50000-", "bytes=50000-");
    }

    @Test
    void aServerThatIsBusyIsAskedAgain() {
        int[] asked = {0};
        serve("/busy", exchange -> {
            if (asked[0]++ < 2) {
                exchange.sendResponseHeaders(503, -1);
            } else {
                send(exchange, DATA, DATA.length);
            }
        });
        assertThat(fetch(url("/busy"))).isEqualTo(Download.Outcome.FETCHED);
        assertRight();
    }

    @Test
    void aSilentServerIsGivenUp() {
        serve("/silent", exchange -> {
            send(exchange, DATA, 10);
            try {
                Thread.sleep(1_500);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThatThrownBy(() -> new Download(1, 0, 300).fetch(set(url("/silent")), folder, bytes -> {}))
                .hasMessageContaining("timed out")
                .hasMessageContaining("10 bytes are kept");
    }

    @Test
    void aFileOfAnotherContentIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("test.jsonl"), "mine", StandardCharsets.UTF_8);
        assertThatThrownBy(() -> fetch(url("/a")))
                .hasMessageContaining("is there with another content")
                .hasMessageContaining("--dir");
        assertThat(folder.resolve("test.jsonl")).hasContent("mine");
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> new Download(1, 0, 2_000).fetch(set(url("/a")), file, bytes -> {}))
                .hasMessageContaining("cannot write into " + file);
        assertThatThrownBy(() -> new Download(1, 0, 2_000).fetch(set(url("/a")), file.resolve("below"), bytes -> {}))
                .hasMessageContaining("cannot write into " + file.resolve("below"));
        assertThat(ranges).isEmpty();
    }

    @Test
    void theTableNamesEverySetOnceWithALicence() {
        List<PublicDataSet> all = PublicDataSets.all();
        assertThat(all).extracting(PublicDataSet::name).doesNotHaveDuplicates().contains("gsm8k", "math500", "svamp");
        assertThat(all).extracting(PublicDataSet::file).doesNotHaveDuplicates();
        assertThat(all).allSatisfy(set -> {
            assertThat(set.licenceNote()).hasSizeGreaterThan(400);
            assertThat(set.urls()).allSatisfy(url -> assertThat(url).hasScheme("https"));
        });
        assertThatThrownBy(() -> PublicDataSets.named(List.of("gsm9k"))).hasMessageContaining("gsm9k");
    }
}
