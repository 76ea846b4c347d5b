package io.maskflow.experiments.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardLogTest {

    @TempDir
    Path temporary;

    /** Reads the file as TensorBoard does: framing, checksums, then the fields of the message. */
    @Test
    void eventFilesHoldFramedAndCheckedScalars() throws IOException {
        try (TensorBoardLog log = TensorBoardLog.open(temporary, 10)) {
            log.append(12, Map.of("reward", 0.5));
            log.append(13, Map.of("reward", Double.NaN));
        }
        Path file;
        try (Stream<Path> files = Files.list(temporary)) {
            file = files.findFirst().orElseThrow();
        }
        assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int records = 0;
        byte[] scalar = null;
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            int length = (int) bytes.getLong();
            assertThat(bytes.getInt()).isEqualTo(TensorBoardLog.maskedCrc(bytes.array(), start, 8));
            byte[] data = new byte[length];
            bytes.get(data);
            assertThat(bytes.getInt()).isEqualTo(TensorBoardLog.maskedCrc(data, 0, length));
            if (records++ == 2) {
                scalar = data;
            }
        }
        assertThat(records).isEqualTo(4);
        CodedInputStream event = CodedInputStream.newInstance(scalar);
        event.readTag();
        event.readDouble();
        assertThat(WireFormat.getTagFieldNumber(event.readTag())).isEqualTo(2);
        assertThat(event.readInt64()).isEqualTo(12);
        assertThat(WireFormat.getTagFieldNumber(event.readTag())).isEqualTo(5);
        CodedInputStream summary = event.readBytes().newCodedInput();
        summary.readTag();
        CodedInputStream value = summary.readBytes().newCodedInput();
        value.readTag();
        assertThat(value.readString()).isEqualTo("reward");
        value.readTag();
        assertThat(value.readFloat()).isEqualTo(0.5f);
    }

    /** The check value of CRC-32C is 0xe3069283; masked: rotated right by 15, plus 0xa282ead8. */
    @Test
    void theMaskedChecksumHasItsPublishedValue() {
        byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(TensorBoardLog.maskedCrc(check, 0, 9))
                .isEqualTo(((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8);
    }
}
