"""lm-eval's local-completions and local-chat-completions on a task file of built-in problems; the server's own verdicts judge.

    lm_eval_client.py BASE_URL FOLDER LIMIT
"""

import json
import os
import sys
import urllib.request

import lm_eval
from lm_eval.tasks import TaskManager

base, folder, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
with urllib.request.urlopen(base + "/v1/maskflow/problems", timeout=600) as answer:
    problems = json.load(answer)["problems"][:limit]
with open(os.path.join(folder, "problems.jsonl"), "w", encoding="utf-8") as file:
    for problem in problems:
        file.write(json.dumps(problem) + "\n")
with open(os.path.join(folder, "maskflow_task.py"), "w", encoding="utf-8") as file:
    file.write(
        "import json, urllib.request\n"
        f"BASE = {base!r}\n"
        "def process_results(doc, results):\n"
        "    body = json.dumps({'problem': doc['id'], 'answer': results[0]}).encode()\n"
        "    asked = urllib.request.Request(BASE + '/v1/maskflow/verdict', body, {'Content-Type': 'application/json'})\n"
        "    with urllib.request.urlopen(asked, timeout=600) as answer:\n"
        "        return {'acc': float(json.load(answer)['verdict'] == 'passed')}\n"
    )
with open(os.path.join(folder, "builtin.yaml"), "w", encoding="utf-8") as file:
    file.write(
        "task: maskflow_builtin\n"
        "dataset_path: json\n"
        f"dataset_kwargs: {{data_files: {{test: {os.path.join(folder, 'problems.jsonl')}}}}}\n"
        "test_split: test\n"
        "output_type: generate_until\n"
        "doc_to_text: '{{prompt}}'\n"
        "doc_to_target: ''\n"
        "target_delimiter: ''\n"
        "generation_kwargs: {until: ['<nothing stops here>'], do_sample: false, temperature: 0.0, max_gen_toks: 48}\n"
        "process_results: !function maskflow_task.process_results\n"
        "metric_list: [{metric: acc, aggregation: mean, higher_is_better: true}]\n"
        "metadata: {version: 1}\n"
    )
scores = {}
for kind, path in (("local-completions", "/v1/completions"), ("local-chat-completions", "/v1/chat/completions")):
    results = lm_eval.simple_evaluate(
        model=kind,
        model_args={"model": "flow", "base_url": base + path, "tokenizer_backend": None, "tokenized_requests": False,
                    "num_concurrent": 1, "max_retries": 1, "timeout": 600},
        tasks=["maskflow_builtin"],
        task_manager=TaskManager(include_path=folder, include_defaults=False),
        apply_chat_template=kind == "local-chat-completions",
        bootstrap_iters=0,
        cache_requests=False,
    )
    scores[kind] = results["results"]["maskflow_builtin"]["acc,none"]
print("lm-eval", getattr(lm_eval, "__version__", ""), json.dumps(scores))
