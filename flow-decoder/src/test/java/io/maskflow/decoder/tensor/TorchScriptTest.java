package io.maskflow.decoder.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TorchScriptTest {

    private static final String PROGRAM =
            """
            def scaled_sum(self, x: Tensor, w: List[Tensor], times: int) -> Tensor:
              y = x
              for i in range(torch.len(w)):
                y = torch.mul(y, w[i])
              return torch.mul(torch.mul(torch.sum(y), self.factor), times)

            def loss(self, x: Tensor, w: List[Tensor], v: List[Tensor]) -> Tensor:
              y = torch.mul(torch.mul(x, w[0]), w[1])
              return torch.sum(torch.mul(torch.mul(y, v[0]), self.heads))

            def both(self, x: Tensor) -> Tuple[Tensor, Tensor]:
              return (x, torch.neg(x))
            """;

    private static Map<String, Object> attributes() {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("factor", 0.5);
        attributes.put("heads", 3L);
        attributes.put("causal", false);
        attributes.put("label", "plain");
        return attributes;
    }

    @Test
    void methodsTakeTensorsListsAndNumbers() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                TorchScript program = TorchScript.load(manager, "test", PROGRAM, attributes())) {
            NDArray x = manager.create(new float[] {1, 2});
            NDList w = new NDList(manager.create(new float[] {3, 4}), manager.create(new float[] {5, 6}));
            // (1*3*5 + 2*4*6) * 0.5 * 2 = 63
            assertThat(program.infer(manager, "scaled_sum", x, w, 2)
                            .singletonOrThrow()
                            .getFloat())
                    .isEqualTo(63f);
            NDList both = program.infer(manager, "both", x);
            assertThat(both.get(1).toFloatArray()).containsExactly(-1f, -2f);
        }
    }

    @Test
    void gradientsFlowThroughListInputs() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                TorchScript program = TorchScript.load(manager, "test", PROGRAM, attributes())) {
            boolean before = JniUtils.isGradMode();
            JniUtils.setGradMode(true);
            try (NDManager step = manager.newSubManager()) {
                NDArray x = step.create(new float[] {1, 2});
                NDArray w0 = step.create(new float[] {3, 4});
                NDArray w1 = step.create(new float[] {5, 6});
                NDArray v0 = step.create(new float[] {7, 8});
                w0.setRequiresGradient(true);
                v0.setRequiresGradient(true);
                w0.setName("kept");
                NDArray loss = program.train(step, "loss", x, new NDList(w0, w1), new NDList(v0))
                        .singletonOrThrow();
                JniUtils.backward((PtNDArray) loss, (PtNDArray) step.ones(new Shape()), false, false);
                // d/dw0 = heads * x * w1 * v0 = 3 * {1*5*7, 2*6*8}; d/dv0 = 3 * x * w0 * w1 = 3 * {15, 48}
                assertThat(w0.getGradient().toFloatArray()).containsExactly(105f, 288f);
                assertThat(v0.getGradient().toFloatArray()).containsExactly(45f, 144f);
                assertThat(w0.getName()).isEqualTo("kept");
            } finally {
                JniUtils.setGradMode(before);
            }
        }
    }

    @Test
    void callsLeaveNothingBehind() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                TorchScript program = TorchScript.load(manager, "test", PROGRAM, attributes())) {
            NDArray x = manager.create(new float[] {1, 2});
            int live = manager.getManagedArrays().size();
            for (int i = 0; i < 100; i++) {
                try (NDManager step = manager.newSubManager()) {
                    program.infer(step, "both", x);
                    program.train(step, "loss", x, new NDList(x, x), new NDList(x));
                }
            }
            assertThat(manager.getManagedArrays()).hasSize(live);
        }
    }

    @Test
    void aProgramThatDoesNotParseIsRefusedWithTheReason() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            assertThatThrownBy(() -> TorchScript.load(
                            manager,
                            "broken",
                            "def forward(self, x: Tensor) -> Tensor:\n  return torch.no_such_op(x)\n",
                            Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("broken")
                    .hasMessageContaining("no_such_op");
        }
    }

    @Test
    void equalTextGivesEqualBytes() {
        assertThat(TorchScriptArchive.write(PROGRAM, attributes()))
                .isEqualTo(TorchScriptArchive.write(PROGRAM, attributes()));
    }

    @Test
    void anAttributeOfAnUnknownTypeIsRefusedByName() {
        assertThatThrownBy(() -> TorchScriptArchive.write(PROGRAM, Map.of("when", new int[0])))
                .hasMessageContaining("when");
    }
}
