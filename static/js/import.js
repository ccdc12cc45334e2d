/*
 * The bookmarklet, and what it left when it could not send a form.
 *
 * Its code is send() below: it becomes the address of a link here, since a
 * template may not write such an address and no page of ours may hold inline
 * script. On somebody else's page it copies the document (without scripts, the
 * recipe data first), and posts that to /import in the same tab. A page may
 * forbid forms to elsewhere (form-action); then the same goes behind a # of
 * our address, where no rule of that page reaches, and is put into the box.
 */
"use strict";

(function () {
	/* Runs on any page: relies on nothing outside itself, and has no line
	 * comments, since it becomes one line. */
	function send(to) {
		var marked = String(getSelection()).trim();
		var whole = document.body ? document.body.innerText : "";
		var copy = document.implementation.createHTMLDocument("")
			.importNode(document.documentElement, true);
		var head = copy.querySelector("head") || copy;
		var form = document.createElement("form");
		var recipes = "";

		function add(name, value) {
			var field = document.createElement("input");

			field.type = "hidden";
			field.name = name;
			field.value = value;
			form.appendChild(field);
		}
		function otherwise(event) {
			var some = { url: location.href, title: document.title };

			if (!/form-action/.test(event.effectiveDirective) ||
				event.disposition === "report")
				return;
			document.removeEventListener("securitypolicyviolation",
				otherwise);
			form.remove();
			if (recipes && !marked && recipes.length < 100000)
				some.html = recipes;
			else
				some.text = (marked || whole).slice(0, 50000);
			location.href = to + "#" + new URLSearchParams(some);
		}

		copy.querySelectorAll("script:not([type*='ld+json' i]),style," +
			"svg,iframe,object,template,noscript,link[rel=stylesheet]")
			.forEach(function (e) { e.remove(); });
		copy.querySelectorAll("script").forEach(function (e) {
			head.insertBefore(e, head.firstChild);
			if (/recipe/i.test(e.textContent))
				recipes += e.outerHTML;
		});
		form.method = "post";
		form.action = to;
		form.enctype = "multipart/form-data";
		form.acceptCharset = "utf-8";
		form.target = "_self";
		add("url", location.href);
		add("title", document.title);
		add("text", (marked || whole).slice(0, 80000));
		if (!marked)
			add("html", "<!doctype html>" +
				copy.outerHTML.slice(0, 1000000));
		document.documentElement.appendChild(form);
		document.addEventListener("securitypolicyviolation", otherwise);
		HTMLFormElement.prototype.submit.call(form);
	}

	var to = new URL("/import", location.href).href;
	var code = "javascript:" + encodeURIComponent("(" +
		String(send).replace(/\s+/g, " ") + ")(" + JSON.stringify(to) +
		")");
	var link = document.querySelector("[data-bookmarklet]");
	var box = document.querySelector("[data-bookmarklet-code]");
	var said = document.querySelector("[data-bookmarklet-said]");
	var copy = document.querySelector("[data-bookmarklet-copy]");

	function by_hand() {
		box.closest("details").open = true;
		box.focus();
		box.select();
	}

	function arrived() {
		var some = new URLSearchParams(location.hash.slice(1));
		var text = some.get("html") || some.get("text");
		var form = document.getElementById("ask");
		var note = document.querySelector("[data-arrived]");
		var field;

		if (!text || !note)
			return;
		if (!form.elements.recipe.value)
			form.elements.recipe.value = text;
		if (some.get("url")) {
			field = document.createElement("input");
			field.type = "hidden";
			field.name = "source";
			field.value = some.get("url");
			form.appendChild(field);
		}
		note.hidden = false;
		note.textContent = "The page came along and is in the box. " +
			"Press the button to see what is read.";
		form.querySelector("button").focus();
		note.scrollIntoView();
	}

	link.href = code;
	box.value = code;
	link.addEventListener("click", function (event) {
		event.preventDefault();
		said.textContent = "This is for your bookmarks bar: drag it " +
			"there, or copy its address below.";
		by_hand();
	});
	copy.addEventListener("click", function () {
		by_hand();
		navigator.clipboard.writeText(code).then(function () {
			said.textContent = "Copied.";
		}, function () {
			said.textContent = "The address is marked: copy it " +
				"with Ctrl+C.";
		});
	});
	arrived();
})();
