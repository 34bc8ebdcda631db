// The page of a report, for phones, screens and paper. The engine escapes every value but the charts, which are made here.

/** Counted up with every change of how a report looks or reads. */
export const TEMPLATE_VERSION = 1;

const STYLE = `
*{box-sizing:border-box}
body{margin:0 auto;max-width:46rem;padding:1rem;font:16px/1.5 system-ui,"DejaVu Sans",sans-serif;color:#1b1f24;background:#fff}
h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.25rem;margin:2rem 0 .5rem;border-bottom:1px solid #d5d9de;padding-bottom:.25rem}
h3{font-size:1.05rem;margin:0 0 .25rem}
p{margin:.4rem 0}
.lead{font-size:1.1rem}
.quiet{color:#555c66;font-size:.9rem}
.scores{display:flex;flex-wrap:wrap;gap:1rem;list-style:none;padding:0;margin:1rem 0}
.scores li{width:7rem;text-align:center}
.ring{width:5rem;height:5rem}
.bars{width:100%;max-width:36rem;height:auto}
.finding{border:1px solid #d5d9de;border-radius:8px;padding:.75rem 1rem;margin:.75rem 0;break-inside:avoid}
.finding.top{border-left:6px solid #1f5fbf}
.tags{font-size:.85rem;color:#555c66}
code,.evidence{overflow-wrap:anywhere}
.evidence{font-size:.85rem;color:#3c434c;margin:.4rem 0 0;padding-left:1.1rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.3rem .5rem .3rem 0;border-bottom:1px solid #e3e6ea;vertical-align:top;overflow-wrap:anywhere}
.wide{overflow-x:auto}
a{color:#1f5fbf}
@page{size:letter;margin:16mm 15mm 18mm}
@media print{body{max-width:none;padding:0;font-size:11pt}h2{break-after:avoid}section.new-page{break-before:page}
a{color:inherit;text-decoration:none}}
`.trim();

export const TEMPLATE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Website report: {{ domain }}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<p class="quiet">Website report</p>
<h1>{{ domain }}</h1>
<p class="quiet">Looked at on {{ day }}: {{ url }}</p>
</header>
<section aria-labelledby="summary">
<h2 id="summary">Summary</h2>
{%- if reason %}
<p class="lead">The website could not be measured: {{ reason }}.</p>
<p>That is what a customer sees, too. Everything else can wait until the first page opens.</p>
{%- else %}
<p class="lead">{{ verdict }}</p>
{%- if scores.size > 0 %}
<ul class="scores">
{%- for score in scores %}
<li>{{ score.chart | raw }}<br>{{ score.label }}<br><span class="quiet">{{ score.words }}</span></li>
{%- endfor %}
</ul>
{%- endif %}
{%- if top.size > 0 %}
<h3>What is most worth doing</h3>
{%- for finding in top %}
<article class="finding top">
<h3>{{ finding.number }}. {{ finding.title }}</h3>
<p>{{ finding.cost }}</p>
<p><b>To do:</b> {{ finding.fix }}</p>
<p class="tags">{{ finding.effortWords }}</p>
</article>
{%- endfor %}
{%- endif %}
{%- endif %}
</section>
{%- if changes %}
<section aria-labelledby="changes">
<h2 id="changes">Since {{ changes.day }}</h2>
<p>{{ changes.words }}</p>
{%- if changes.fixed.size > 0 %}
<p><b>No longer found:</b></p>
<ul>{% for title in changes.fixed %}<li>{{ title }}</li>{% endfor %}</ul>
{%- endif %}
{%- if changes.added.size > 0 %}
<p><b>New:</b></p>
<ul>{% for title in changes.added %}<li>{{ title }}</li>{% endfor %}</ul>
{%- endif %}
{%- if changes.rows.size > 0 %}
<div class="wide"><table>
<thead><tr><th scope="col">Measure</th><th scope="col">Then</th><th scope="col">Now</th></tr></thead>
<tbody>
{%- for row in changes.rows %}
<tr><th scope="row">{{ row.label }}</th><td>{{ row.before }}</td><td>{{ row.now }}</td></tr>
{%- endfor %}
</tbody></table></div>
{%- endif %}
{%- if changes.note %}<p class="quiet">{{ changes.note }}</p>{% endif %}
</section>
{%- endif %}
{%- if peers.size > 0 %}
<section aria-labelledby="peers">
<h2 id="peers">Beside others nearby</h2>
{%- for chart in peers %}
<h3>{{ chart.label }}</h3>
{{ chart.chart | raw }}
<p class="quiet">{{ chart.words }}</p>
{%- endfor %}
</section>
{%- endif %}
{%- if findings.size > 0 %}
<section class="new-page" aria-labelledby="findings">
<h2 id="findings">All findings</h2>
<p class="quiet">In the order of what they bring for the work that they take.</p>
{%- for finding in findings %}
<article class="finding" id="{{ finding.rule }}">
<h3>{{ finding.number }}. {{ finding.title }}</h3>
<p class="tags">{{ finding.category }} · {{ finding.effortWords }} · priority {{ finding.priority }}</p>
<p>{{ finding.cost }}</p>
<p><b>To do:</b> {{ finding.fix }}</p>
<ul class="evidence">
<li>Found: {{ finding.found }}; wanted: {{ finding.threshold }}</li>
<li>At <code>{{ finding.url }}</code></li>
{%- for detail in finding.details %}
<li><code>{{ detail }}</code></li>
{%- endfor %}
<li>Rule {{ finding.rule }}, version {{ finding.ruleVersion }}</li>
</ul>
</article>
{%- endfor %}
</section>
{%- endif %}
{%- if technologies.size > 0 %}
<section aria-labelledby="technologies">
<h2 id="technologies">What the website is made with</h2>
<div class="wide"><table>
<thead><tr><th scope="col">Name</th><th scope="col">For</th><th scope="col">Version</th><th scope="col">Certainty</th></tr></thead>
<tbody>
{%- for one in technologies %}
<tr><th scope="row">{{ one.name }}</th><td>{{ one.for }}</td><td>{{ one.version }}</td><td>{{ one.confidence }} %</td></tr>
{%- endfor %}
</tbody></table></div>
</section>
{%- endif %}
<section aria-labelledby="method">
<h2 id="method">How this was measured</h2>
<ul>
{%- for line in method %}
<li>{{ line }}</li>
{%- endfor %}
</ul>
</section>
</main>
</body>
</html>
`;
