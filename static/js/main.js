/*
 * What scripts add; every page works without them.
 *
 * A page with [data-poll] is a job under way: its own address is asked again
 * every so many milliseconds, and the content swapped for what came. A link
 * alone in the box is sent by Enter, anything by Ctrl+Enter. A form is not
 * sent twice. Before printing, what is folded is opened.
 */
"use strict";

(function () {
	var main = document.getElementById("main");
	var failures = 0;

	function count() {
		var at = document.querySelector("[data-elapsed]");
		var start = Date.now() - Number(at && at.dataset.elapsed) * 1000;

		return function () {
			var now = document.querySelector("[data-elapsed]");

			if (now)
				now.textContent =
					Math.round((Date.now() - start) / 1000);
		};
	}

	/* Put the content of the other page in place of ours. While the job
	 * is under way only what changed is touched, so that a screen reader
	 * hears the new status and nothing else. */
	function swap(page) {
		var next = page.getElementById("main");
		var steps = next && next.querySelector("[data-poll] .steps");
		var status = next && next.querySelector("[role=status]");
		var said;

		if (!next)
			throw new Error("not a page of ours");
		if (steps) {
			main.querySelector(".steps").replaceWith(steps);
			said = main.querySelector("[role=status]");
			if (said.textContent !== status.textContent)
				said.textContent = status.textContent;
			return true;
		}
		document.title = page.title;
		main.replaceChildren.apply(main, Array.from(next.childNodes));
		wire();
		main.focus({ preventScroll: true });
		window.scrollTo(0, 0);
		return false;
	}

	function poll(every) {
		fetch(location.href, { headers: { Accept: "text/html" } })
			.then(function (answer) {
				if (answer.status >= 500)
					throw new Error(String(answer.status));
				return answer.text();
			})
			.then(function (text) {
				failures = 0;
				return swap(new DOMParser().parseFromString(
					text, "text/html"));
			})
			.catch(function () {
				/* the server restarts, the train is in a
				 * tunnel: ask more slowly, never give up */
				failures = Math.min(failures + 1, 6);
				return true;
			})
			.then(function (again) {
				if (again)
					setTimeout(poll, every * (1 + failures),
						every);
			});
	}

	function one_link(text) {
		return /^\s*https?:\/\/\S+\s*$/i.test(text);
	}

	function wire() {
		var box = document.getElementById("recipe");

		if (!box)
			return;
		box.addEventListener("keydown", function (event) {
			if (event.key !== "Enter" || event.isComposing ||
				event.shiftKey)
				return;
			if (event.ctrlKey || event.metaKey ||
				one_link(box.value)) {
				event.preventDefault();
				box.form.requestSubmit();
			}
		});
	}

	document.addEventListener("submit", function (event) {
		var button = event.target.querySelector("button[type=submit]");

		if (event.target.dataset.sent) {
			event.preventDefault();
			return;
		}
		event.target.dataset.sent = "yes";
		if (button)
			button.setAttribute("aria-busy", "true");
	});
	/* back from the next page, perhaps out of the browser's memory */
	window.addEventListener("pageshow", function () {
		document.querySelectorAll("form[data-sent]").forEach(
			function (form) {
				delete form.dataset.sent;
				form.querySelectorAll("[aria-busy]").forEach(
					function (button) {
						button.removeAttribute(
							"aria-busy");
					});
			});
	});
	window.addEventListener("beforeprint", function () {
		document.querySelectorAll("details:not(.prefs)").forEach(
			function (fold) {
				fold.open = true;
			});
	});

	wire();
	if (main.querySelector("[data-poll]")) {
		var every = Number(
			main.querySelector("[data-poll]").dataset.poll) || 1000;

		setInterval(count(), 1000);
		setTimeout(poll, every, every);
	}
})();
