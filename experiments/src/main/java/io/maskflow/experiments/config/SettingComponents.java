package io.maskflow.experiments.config;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The keys of a settings record in a file: its components, those of a record that is written unwrapped in its place. */
public final class SettingComponents {

    private SettingComponents() {}

    /**
     * The components in the order of the file.
     *
     * @param type a record
     */
    public static List<RecordComponent> of(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .flatMap(component -> unwrapped(component) ? of(component.getType()).stream() : Stream.of(component))
                .toList();
    }

    /** Whether the components of this one's record stand beside it. */
    public static boolean unwrapped(RecordComponent component) {
        return component.getAccessor().isAnnotationPresent(JsonUnwrapped.class);
    }
}
