package io.maskflow.experiments.config;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.maskflow.decoder.DecodingBudget;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How values are written in a settings file: budgets as fractions, choices by their lower-case name, paths as text. */
final class ConfigMapper {

    private ConfigMapper() {}

    static ObjectMapper create() {
        SimpleModule module = new SimpleModule("maskflow");
        module.addDeserializer(DecodingBudget.class, new BudgetReader());
        module.addSerializer(DecodingBudget.class, ToStringSerializer.instance);
        module.addSerializer(Path.class, ToStringSerializer.instance);
        module.setDeserializerModifier(new ChoiceReading());
        module.setSerializerModifier(new ComponentsOnly());
        module.addSerializer(Enum.class, new ChoiceWriter());
        return JsonMapper.builder()
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .addModule(module)
                .build();
    }

    /** The name of a choice in a file. */
    static String nameOf(Enum<?> choice) {
        String text = choice.toString();
        return text.equals(choice.name()) ? text.toLowerCase(Locale.ROOT) : text;
    }

    /** Only record components are settings: other methods of a record are never written to a settings file. */
    private static final class ComponentsOnly extends BeanSerializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public List<BeanPropertyWriter> changeProperties(
                SerializationConfig config, BeanDescription description, List<BeanPropertyWriter> properties) {
            RecordComponent[] components = description.getBeanClass().getRecordComponents();
            if (components == null) {
                return properties;
            }
            Set<String> names =
                    Arrays.stream(components).map(RecordComponent::getName).collect(Collectors.toSet());
            return properties.stream()
                    .filter(property -> names.contains(property.getName()))
                    .toList();
        }
    }

    private static final class BudgetReader extends StdDeserializer<DecodingBudget> {
        private static final long serialVersionUID = 1L;

        BudgetReader() {
            super(DecodingBudget.class);
        }

        @Override
        public DecodingBudget deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.currentToken().isStructStart()) {
                return (DecodingBudget) context.handleUnexpectedToken(DecodingBudget.class, parser);
            }
            return DecodingBudget.parse(parser.getText());
        }
    }

    private static final class ChoiceWriter extends JsonSerializer<Enum> {
        @Override
        public void serialize(Enum choice, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(nameOf(choice));
        }
    }

    private static final class ChoiceReading extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> modifyEnumDeserializer(
                DeserializationConfig config, JavaType type, BeanDescription description, JsonDeserializer<?> given) {
            return new ChoiceReader(type.getRawClass());
        }
    }

    private static final class ChoiceReader extends StdDeserializer<Object> {
        private static final long serialVersionUID = 1L;
        private final transient Enum<?>[] choices;

        ChoiceReader(Class<?> type) {
            super(type);
            choices = (Enum<?>[]) type.getEnumConstants();
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : "";
            for (Enum<?> choice : choices) {
                if (names(choice).anyMatch(name -> plain(text).equals(plain(name)))) {
                    return choice;
                }
            }
            String names = Arrays.stream(choices).map(ConfigMapper::nameOf).collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    parser.currentName() + " must be one of " + names + ", was " + ConfigFiles.shown(parser.getText()));
        }

        private static Stream<String> names(Enum<?> choice) {
            Stream<String> names = Stream.of(choice.name(), choice.toString());
            try {
                JsonAlias alias =
                        choice.getDeclaringClass().getField(choice.name()).getAnnotation(JsonAlias.class);
                return alias == null ? names : Stream.concat(names, Arrays.stream(alias.value()));
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException(choice + " is no constant of its type", e);
            }
        }

        private static String plain(String name) {
            return name.toLowerCase(Locale.ROOT).replace('-', '_');
        }
    }
}
