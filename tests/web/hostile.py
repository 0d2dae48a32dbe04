"""Texts that an article, a title or a question may hold and that must stay text."""

from __future__ import annotations

SINK = "http://sink.invalid"  # reserved name: nothing answers there, and no request for it may be made

# The 19 kinds: what got through Gradio's own sanitiser, and what is known to get through others.
KINDS = {
    "image with onerror": f'<img src="{SINK}/1.png" onerror="alert(1)">',
    "script": "<script>alert(2)</script>",
    "markdown link to javascript": "[click](javascript:alert(3))",
    "markdown image": f"![x]({SINK}/4.png)",
    "html image": f'<img src="{SINK}/5.png">',
    "svg onload": '<svg onload="alert(6)"></svg>',
    "iframe": '<iframe src="javascript:alert(7)"></iframe>',
    "data link": "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCg4KTwvc2NyaXB0Pg==)",
    "style import": f'<style>@import url("{SINK}/9.css");</style>',
    "css background": f'<div style="background:url({SINK}/10.png)">x</div>',
    "video": f'<video autoplay src="{SINK}/11.mp4"></video>',
    "reference link": "[x][r]\n\n[r]: javascript:alert(12)",
    "reference image": f"![x][r]\n\n[r]: {SINK}/13.png",
    "form": f'<form action="{SINK}/14"><button>send</button></form>',
    "latex href": r"$\href{javascript:alert(15)}{x}$ $$\url{javascript:alert(15)}$$",
    "stylesheet": f'<link rel="stylesheet" href="{SINK}/16.css">',
    "details ontoggle": '<details open ontoggle="alert(17)"><summary>x</summary></details>',
    "mermaid": "```mermaid\ngraph TD; A[<img src=x onerror=alert(18)>]-->B\n```",
    "mathml mutation": "<math><mtext><table><mglyph><style><img src=x onerror=alert(19)>",
}

MORE = {
    "template literal": "${window.alert(20)} `${alert(21)}`",
    "handlebars": "{{constructor.constructor('alert(22)')()}} {{{value}}} {{#each x}}{{/each}} @children",
    "backslashes": "\\ \\\\ \\u0041 \\x41 \\` \\${alert(23)}",
    "quotes": "\"'><b onmouseover=alert(24)>'\"",
    "entities": "&lt;script&gt;alert(25)&lt;/script&gt; &amp;#60; &#x3c;img&#x3e;",
    "markdown block": "# heading\n\n- item\n\n    code\n\n| a | b |\n|---|---|\n\n> quote\n\n1. one [^1]\n\n[^1]: note",
    "autolink": f"{SINK}/26 www.sink.invalid a@sink.invalid <{SINK}/26>",
    "citation": "[1] [2](#cite-t1-1) People's Daily, 1 January 1999 [¹]",
    "reversed": "\u202e\u2066abc\u2069 \x1b]52;c;aGk=\x07 \x00",
    "comment": "<!-- --><![CDATA[ <script>alert(27)</script> ]]><?php alert(27) ?>",
    "thought": "<think>alert(28)</think><thinking>x</thinking>",
    "emphasis": "*a* _b_ **c** __d__ ~~e~~ ==f== `g` :smile: H~2~O x^2^",
}

PAYLOADS = {**KINDS, **MORE}

# Markup that sanitisers took for harmless and browsers then read anew as something else (mutation XSS), and other
# ways to run a script or make a request that need none of the elements above.
MUTATIONS = {
    "table and mglyph": "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=alert(30)&gt;'>",
    "svg and p": "<svg></p><style><a id='</style><img src=1 onerror=alert(31)>'>",
    "form in form": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(32)>",
    "noscript": "<noscript><p title='</noscript><img src=x onerror=alert(33)>'>",
    "svg style": "<svg><style><img src=x onerror=alert(35)></style></svg>",
    "template": "<template><script>alert(36)</script></template>",
    "xmp": "<xmp><p title='</xmp><img src=1 onerror=alert(37)>'>",
    "entity in link": '<a href="&#106;avascript:alert(38)">x</a> [x](&#106;avascript:alert(39))',
    "vbscript": "[x](vbscript:msgbox(40)) [y](JaVaScRiPt:alert(40)) [z](\x01javascript:alert(40))",
    "base": f'<base href="{SINK}/41/">',
    "refresh": f'<meta http-equiv="refresh" content="0;url={SINK}/42">',
    "object": f'<object data="{SINK}/43.swf"></object><embed src="{SINK}/43.swf">',
    "autofocus": "<input autofocus onfocus=alert(44)><textarea autofocus onfocus=alert(44)>",
    "srcdoc": "<iframe srcdoc='<script>alert(45)</script>'></iframe>",
    "quoted attribute": 'x" autofocus tabindex=1 onfocus=alert(46) data-x="',
    "preload": f'<link rel="prefetch" href="{SINK}/47"><link rel="dns-prefetch" href="{SINK}">',
    "srcset": f'<img srcset="{SINK}/48.png 1x"><picture><source srcset="{SINK}/48.png"></picture>',
    "html image in a table": f"| a |\n|---|\n| ![x]({SINK}/49.png) |",
}
ALL = {**PAYLOADS, **MUTATIONS}
