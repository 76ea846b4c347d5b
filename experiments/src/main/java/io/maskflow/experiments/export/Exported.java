package io.maskflow.experiments.export;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.policy.PolicyNetwork;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * What is exported: a policy, and how it decodes.
 *
 * @param policy the policy
 * @param backbone name of the base model that it was trained with
 * @param info of that model
 * @param flow every switch of the flow
 * @param responseLength where a call gives no {@code max_new_tokens}
 * @param budget where a call gives none
 */
public record Exported(
        PolicyNetwork policy,
        String backbone,
        BackboneInfo info,
        FlowSettings flow,
        int responseLength,
        DecodingBudget budget) {

    /** What {@code maskflow.json} says; the switches have their names in settings files. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", "maskflow-export-1");
        json.put("backbone", backbone);
        json.put("family", info.family());
        json.put("maskId", info.maskId());
        json.put("endIds", new TreeSet<>(info.endIds()));
        json.put("logitsPredictNext", info.logitsPredictNext());
        json.put("responseLength", responseLength);
        json.put("budget", budget.toString());
        json.put("flow", flowJson());
        return json;
    }

    private Map<String, Object> flowJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("reEditing", flow.reEditing());
        json.put("hardCommitment", flow.hardCommitment());
        json.put("committedFinal", flow.committedFinal());
        json.put("reEditAfterUpdate", flow.reEditAfterUpdate());
        json.put("commitSeesOldProgress", flow.commitSeesOldProgress());
        json.put("synchronous", flow.synchronous());
        json.put("blockLength", flow.blockLength());
        json.put("laterBlocksFed", flow.laterBlocksFed());
        json.put("interpolation", flow.interpolation().configName());
        json.put("reEditMargin", flow.reEditMargin());
        json.put("commitBelow", flow.commitBelow());
        json.put("readOut", flow.readOut().name().toLowerCase(Locale.ROOT));
        json.put("arrival", flow.arrival());
        json.put("commit", flow.commit().name().toLowerCase(Locale.ROOT));
        json.put("commitFrom", flow.commitFrom());
        return json;
    }
}
