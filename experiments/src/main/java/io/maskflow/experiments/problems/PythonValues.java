package io.maskflow.experiments.problems;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.el.TruthyTypeConverter;
import com.hubspot.jinjava.el.ext.AstTuple;
import com.hubspot.jinjava.el.ext.ExtendedParser;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.JinjavaInterpreterFactory;
import com.hubspot.jinjava.lib.expression.ExpressionStrategy;
import com.hubspot.jinjava.lib.filter.JoinFilter;
import com.hubspot.jinjava.objects.collections.PyList;
import com.hubspot.jinjava.tree.output.RenderedOutputNode;
import com.hubspot.jinjava.tree.parse.ExpressionToken;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jinjava.de.odysseus.el.ExpressionFactoryImpl;
import jinjava.de.odysseus.el.tree.Bindings;
import jinjava.de.odysseus.el.tree.TreeBuilder;
import jinjava.de.odysseus.el.tree.impl.Builder;
import jinjava.de.odysseus.el.tree.impl.Parser;
import jinjava.de.odysseus.el.tree.impl.ast.AstBinary;
import jinjava.de.odysseus.el.tree.impl.ast.AstNode;
import jinjava.de.odysseus.el.tree.impl.ast.AstParameters;
import jinjava.de.odysseus.el.tree.impl.ast.AstRightValue;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ExpressionFactory;

/**
 * The engine with Python's values: {@code and} gives an operand as {@code or} does, and what is printed or joined by {@code ~}
 * reads as Python's {@code str} writes it ({@code True}, {@code ['a', 1]}, {@code None}).
 */
final class PythonValues extends Jinjava {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");

    private final ExpressionFactory expressions;

    /** @param config everything but the factory of interpreters, which is set here */
    PythonValues(JinjavaConfig.Builder config) {
        super(config.withInterperterFactory(new Interpreters()).build());
        Properties properties = new Properties();
        properties.setProperty(TreeBuilder.class.getName(), Syntax.class.getName());
        expressions = new ExpressionFactoryImpl(properties, new Converter());
        getGlobalContext().registerFilter(new Join());
    }

    @Override
    public ExpressionFactory getExpressionFactory() {
        return expressions;
    }

    /** Python's {@code str(value)}; nothing for what is undefined. */
    static String text(Object value) {
        return value == null ? "" : value instanceof CharSequence ? value.toString() : written(value);
    }

    /** Python's {@code repr(value)}. */
    private static String written(Object value) {
        if (value == null) {
            return "None";
        }
        if (value instanceof Boolean truth) {
            return truth ? "True" : "False";
        }
        if (value instanceof Map.Entry<?, ?> pair) {
            return "(" + written(pair.getKey()) + ", " + written(pair.getValue()) + ")";
        }
        if (value instanceof Collection<?> items) {
            String inner = items.stream().map(PythonValues::written).collect(Collectors.joining(", "));
            return value instanceof Tuple ? "(" + inner + (items.size() == 1 ? ",)" : ")") : "[" + inner + "]";
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(e -> written(e.getKey()) + ": " + written(e.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value instanceof CharSequence || value instanceof Character
                ? quoted(value.toString())
                : value.toString();
    }

    private static String quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder out = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c == quote || c == '\\') {
                        out.append('\\').appendCodePoint(c);
                    } else if (c < 32 || c >= 127 && c < 161 || c == 173) {
                        out.append(String.format("\\x%02x", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        return out.append(quote).toString();
    }

    private static final class Interpreters extends JinjavaInterpreterFactory {
        @Override
        public JinjavaInterpreter newInstance(Jinjava application, Context context, JinjavaConfig config) {
            context.setExpressionStrategy(new Print());
            return super.newInstance(application, context, config);
        }
    }

    /** Prints the value of an expression. A name that has no value prints as None, one that is unknown as nothing. */
    private static final class Print implements ExpressionStrategy {
        private static final long serialVersionUID = 1L;

        @Override
        public RenderedOutputNode interpretOutput(ExpressionToken token, JinjavaInterpreter interpreter) {
            Object value = interpreter.resolveELExpression(token.getExpr(), token.getLineNumber());
            String said = token.getExpr().strip();
            return new RenderedOutputNode(value == null && isNone(said, interpreter) ? "None" : text(value));
        }

        /** Is it the word None, or a name that has None as its value? */
        private static boolean isNone(String said, JinjavaInterpreter interpreter) {
            if (said.equalsIgnoreCase("none")) {
                return true;
            }
            Context context = interpreter.getContext();
            while (context != null
                    && NAME.matcher(said).matches()
                    && !context.getScope().containsKey(said)) {
                context = context.getParent();
            }
            return context != null && NAME.matcher(said).matches();
        }
    }

    /** {@code join}: the items as Python's {@code str} writes them. */
    private static final class Join extends JoinFilter {
        @Override
        public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
            boolean plain = arguments.length < 2 && value instanceof Collection<?>;
            return super.filter(
                    plain
                            ? ((Collection<?>) value)
                                    .stream().map(PythonValues::item).toList()
                            : value,
                    interpreter,
                    arguments);
        }
    }

    private static String item(Object value) {
        return value == null ? "None" : text(value);
    }

    private static final class Tuple extends PyList {
        Tuple(List<Object> items) {
            super(items);
        }
    }

    private static final class Converter extends TruthyTypeConverter {
        private static final long serialVersionUID = 1L;

        @Override
        protected String coerceToString(Object value) {
            return text(value);
        }
    }

    /** The engine's grammar with Python's {@code and}, {@code ==} and tuples; public because the engine makes it by its name. */
    public static final class Syntax extends Builder {
        private static final long serialVersionUID = 1L;

        public Syntax() {}

        public Syntax(Feature... features) {
            super(features);
        }

        @Override
        protected Parser createParser(String expression) {
            return new ExtendedParser(this, expression) {
                @Override
                protected AstBinary createAstBinary(AstNode left, AstNode right, AstBinary.Operator operator) {
                    AstBinary.Operator own = operator == AstBinary.AND
                            ? Syntax::and
                            : operator == AstBinary.EQ || operator == AstBinary.NE ? equality(operator) : operator;
                    return super.createAstBinary(left, right, own);
                }

                @Override
                protected AstTuple createAstTuple(AstParameters items) {
                    return new AstTuple(items) {
                        @Override
                        public Object eval(Bindings bindings, ELContext context) {
                            return new Tuple(((PyList) super.eval(bindings, context)).toList());
                        }
                    };
                }
            };
        }

        private static Object and(Bindings bindings, ELContext context, AstNode left, AstNode right) {
            Object first = left.eval(bindings, context);
            return bindings.convert(first, Boolean.class) ? right.eval(bindings, context) : first;
        }

        /** The engine turns a text into what it is compared with: {@code 'a' == true}. In Python the two are unequal. */
        private static AstBinary.Operator equality(AstBinary.Operator operator) {
            return (bindings, context, left, right) -> {
                Object first = left.eval(bindings, context);
                Object second = right.eval(bindings, context);
                boolean mixed = first instanceof CharSequence != second instanceof CharSequence;
                return mixed
                        ? operator == AstBinary.NE
                        : operator.eval(bindings, context, new Known(first), new Known(second));
            };
        }
    }

    /** A value in place of an expression. */
    private static final class Known extends AstRightValue {
        private final Object value;

        Known(Object value) {
            this.value = value;
        }

        @Override
        public Object eval(Bindings bindings, ELContext context) {
            return value;
        }

        @Override
        public void appendStructure(StringBuilder out, Bindings bindings) {
            out.append(value);
        }

        @Override
        public int getCardinality() {
            return 0;
        }

        @Override
        public AstNode getChild(int i) {
            return null;
        }
    }
}
