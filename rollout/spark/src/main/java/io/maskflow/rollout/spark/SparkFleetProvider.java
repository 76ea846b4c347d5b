package io.maskflow.rollout.spark;

import io.maskflow.rollout.BackboneSource;
import io.maskflow.rollout.ClusterSettings;
import io.maskflow.rollout.Fleet;
import io.maskflow.rollout.FleetProvider;

/** Makes {@code fleet.type: spark} known. */
public final class SparkFleetProvider implements FleetProvider {

    @Override
    public String type() {
        return "spark";
    }

    @Override
    public Fleet open(BackboneSource backbones, ClusterSettings settings) {
        return new SparkFleet(ClusterContext.open(backbones, settings), backbones, settings);
    }
}
