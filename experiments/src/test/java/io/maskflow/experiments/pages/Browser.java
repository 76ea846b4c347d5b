package io.maskflow.experiments.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A headless Chromium with one tab, driven over its DevTools protocol. */
final class Browser implements AutoCloseable, WebSocket.Listener {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final WebSocket socket;
    private final String session;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<JsonNode>> awaited = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final StringBuilder message = new StringBuilder();

    /** The browser of this machine, if it has one. */
    static Optional<Path> installed() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Browser(Path program, Path profile) throws IOException, InterruptedException {
        process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(
                        profile.resolveSibling(profile.getFileName() + ".log").toFile())
                .start();
        Path port = profile.resolve("DevToolsActivePort");
        for (int i = 0;
                i < 10 * PATIENCE_SECONDS
                        && !(Files.exists(port) && Files.readAllLines(port).size() > 1);
                i++) {
            if (!process.isAlive()) {
                throw new IOException("the browser ended with code " + process.exitValue());
            }
            Thread.sleep(100);
        }
        List<String> lines = Files.readAllLines(port);
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)), this)
                .join();
        JsonNode tab = send("", "Target.createTarget", Map.of("url", "about:blank"));
        session = send(
                        "",
                        "Target.attachToTarget",
                        Map.of("targetId", tab.get("targetId").asText(), "flatten", true))
                .get("sessionId")
                .asText();
        for (String domain : List.of("Page", "Runtime", "Log")) {
            command(domain + ".enable", Map.of());
        }
    }

    // --- the protocol ---------------------------------------------------------------------------------------------

    JsonNode command(String method, Map<String, ?> parameters) {
        return send(session, method, parameters);
    }

    private JsonNode send(String to, String method, Map<String, ?> parameters) {
        int id = ids.incrementAndGet();
        ObjectNode request = JSON.createObjectNode().put("id", id).put("method", method);
        request.set("params", JSON.valueToTree(parameters));
        if (!to.isEmpty()) {
            request.put("sessionId", to);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText(request.toString(), true).join();
        JsonNode came = wait(answer, method);
        if (came.has("error")) {
            throw new IllegalStateException(method + ": " + came.get("error"));
        }
        return came.get("result");
    }

    private static JsonNode wait(CompletableFuture<JsonNode> future, String what) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IllegalStateException("no answer to " + what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
            try {
                received(JSON.readTree(message.toString()));
            } catch (IOException notJson) {
                complaints.add("not JSON: " + message);
            }
            message.setLength(0);
        }
        from.request(1);
        return null;
    }

    private void received(JsonNode came) {
        if (came.has("id")) {
            answers.remove(came.get("id").intValue()).complete(came);
            return;
        }
        String method = came.path("method").asText();
        JsonNode parameters = came.path("params");
        boolean bad = method.equals("Runtime.exceptionThrown")
                || method.equals("Runtime.consoleAPICalled")
                        && List.of("error", "warning")
                                .contains(parameters.path("type").asText())
                || method.equals("Log.entryAdded")
                        && parameters.at("/entry/level").asText().equals("error");
        if (bad) {
            complaints.add(parameters.toString());
        }
        CompletableFuture<JsonNode> waiting = awaited.remove(method);
        if (waiting != null) {
            waiting.complete(parameters);
        }
    }

    // --- what a reader does -----------------------------------------------------------------------------------------

    /** Opens a file and waits until it is loaded. */
    void open(Path page) {
        open(page.toUri());
    }

    /** Opens an address and waits until it is loaded. */
    void open(URI page) {
        CompletableFuture<JsonNode> loaded = new CompletableFuture<>();
        awaited.put("Page.loadEventFired", loaded);
        complaints.clear();
        command("Page.navigate", Map.of("url", page.toString()));
        wait(loaded, "loading " + page);
    }

    /** Errors and warnings of the page since it was opened. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** The value of an expression in the page. */
    JsonNode value(String expression) {
        JsonNode result = command("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
        }
        return result.at("/result/value");
    }

    /** Waits until an expression in the page is true. */
    void until(String expression) {
        for (int i = 0; i < 20 * PATIENCE_SECONDS && !value(expression).asBoolean(); i++) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        if (!value(expression).asBoolean()) {
            throw new IllegalStateException("still not so: " + expression);
        }
    }

    /** What a page lets a reader save goes into a folder. */
    void saveInto(Path folder) {
        send("", "Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()));
    }

    /** The text of the first element that a CSS selector finds. */
    String text(String selector) {
        return value("document.querySelector('" + selector + "').textContent").asText();
    }

    void size(int width, int height) {
        command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    void prefers(String scheme) {
        command(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    void key(String key) {
        String text = key.length() == 1 ? key : "";
        for (String type : List.of("keyDown", "keyUp")) {
            command(
                    "Input.dispatchKeyEvent",
                    Map.of(
                            "type",
                            type,
                            "key",
                            key,
                            "code",
                            key.equals(" ") ? "Space" : key,
                            "text",
                            type.equals("keyDown") ? text : ""));
        }
    }

    /** Points at a place of an element, in pixels from its upper left corner; it is scrolled into view first. */
    void point(String selector, double x, double y) {
        mouse("mouseMoved", place(selector, x, y), 0);
    }

    void click(String selector, double x, double y) {
        JsonNode place = place(selector, x, y);
        mouse("mouseMoved", place, 0);
        mouse("mousePressed", place, 1);
        mouse("mouseReleased", place, 1);
    }

    private JsonNode place(String selector, double x, double y) {
        return value("(() => { const e = document.querySelector('" + selector
                + "'); e.scrollIntoView({block: 'nearest'});"
                + " const b = e.getBoundingClientRect(); return {x: b.left + " + x + ", y: b.top + " + y + "}; })()");
    }

    private void mouse(String type, JsonNode place, int clicks) {
        command(
                "Input.dispatchMouseEvent",
                Map.of(
                        "type",
                        type,
                        "x",
                        place.get("x").doubleValue(),
                        "y",
                        place.get("y").doubleValue(),
                        "button",
                        clicks == 0 ? "none" : "left",
                        "clickCount",
                        clicks));
    }

    /** Writes a picture of the whole page. */
    void picture(Path file) throws IOException {
        String data = command("Page.captureScreenshot", Map.of("captureBeyondViewport", true))
                .get("data")
                .asText();
        Files.write(file, Base64.getDecoder().decode(data));
    }

    @Override
    public void close() throws InterruptedException {
        try {
            send("", "Browser.close", Map.of());
        } catch (IllegalStateException gone) {
            process.destroy();
        }
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
