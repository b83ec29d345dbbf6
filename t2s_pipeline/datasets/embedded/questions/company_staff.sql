-- How many employees work for the company?
-- Count the employees.
SELECT count(*) FROM Employee

-- List the names of all projects.
-- What are the project names?
SELECT NAME FROM Project

-- Which employees are older than 45? Give their names.
-- Show the names of employees with an age above 45.
SELECT NAME FROM Employee WHERE AGE > 45

-- What is the average salary of the employees?
-- How much does an employee earn on average?
SELECT avg(SALARY) FROM Employee

-- How many projects have the status running?
-- Count the running projects; their status is running.
SELECT count(*) FROM Project WHERE STATUS = 'running'

-- What are the different jobs in the company?
-- List the distinct jobs of employees.
SELECT DISTINCT JOB FROM Employee

-- Show the names of employees by hire date, the most recent first.
SELECT NAME FROM Employee ORDER BY HIRE_DATE DESC

-- What is the sum of all project budgets?
-- Find the total budget of all projects.
SELECT sum(BUDGET) FROM Project

-- Show the name, job and salary of every employee.
-- List employees with their job and salary.
SELECT NAME, JOB, SALARY FROM Employee

-- Which employee earns the most? Give name and salary.
-- Show the name and salary of the best paid employee.
SELECT NAME, SALARY FROM Employee ORDER BY SALARY DESC LIMIT 1

-- Who was hired first? Give the name of the employee.
-- What is the name of the employee with the earliest hire date?
SELECT NAME FROM Employee ORDER BY HIRE_DATE LIMIT 1

-- How many employees have each job?
-- For each job, show how many employees do it.
SELECT JOB, count(*) FROM Employee GROUP BY JOB

-- What are the highest and the average salary for each job?
-- For every job, show the maximum salary and the average salary.
SELECT JOB, max(SALARY), avg(SALARY) FROM Employee GROUP BY JOB

-- Show each employee's name and the name of his or her team.
-- List the employees together with the names of their teams.
SELECT T1.NAME, T2.NAME FROM Employee AS T1 JOIN Team AS T2 ON T1.TEAM_ID = T2.TEAM_ID

-- Which employees are in the Research team?
-- Show the names of the employees of the team Research.
SELECT T1.NAME FROM Employee AS T1 JOIN Team AS T2 ON T1.TEAM_ID = T2.TEAM_ID WHERE T2.NAME = 'Research'

-- In which city is the Design team located? Show the city of its office.
-- Give the office city of the team named Design.
SELECT T1.CITY FROM Office AS T1 JOIN Team AS T2 ON T1.OFFICE_ID = T2.OFFICE_ID WHERE T2.NAME = 'Design'

-- How many employees does the Sales team have?
SELECT count(*) FROM Employee AS T1 JOIN Team AS T2 ON T1.TEAM_ID = T2.TEAM_ID WHERE T2.NAME = 'Sales'

-- Which employees from Boston earn more than 100000?
-- Show the names of employees who live in the city Boston and have a salary over 100000.
SELECT NAME FROM Employee WHERE CITY = 'Boston' AND SALARY > 100000

-- Which projects started between 2022-01-01 and 2022-12-31? Show name and client.
-- Give the name and client of projects with a start date from 2022-01-01 to 2022-12-31.
SELECT NAME, CLIENT FROM Project WHERE START_DATE BETWEEN '2022-01-01' AND '2022-12-31'

-- Which clients have Rail in their name? Show the project name and the client.
SELECT NAME, CLIENT FROM Project WHERE CLIENT LIKE '%Rail%'

-- Which clients have more than one project?
-- List the clients with at least two projects.
SELECT CLIENT FROM Project GROUP BY CLIENT HAVING count(*) > 1

-- What is the average salary in each team? Show the team name.
-- For every team, give its name and the average salary of its employees.
SELECT T1.NAME, avg(T2.SALARY) FROM Team AS T1 JOIN Employee AS T2 ON T1.TEAM_ID = T2.TEAM_ID GROUP BY T1.TEAM_ID

-- How many employees have at least one skill with level 5?
-- Count the different employees who have a skill at level 5.
SELECT count(DISTINCT EMPLOYEE_ID) FROM EmployeeSkill WHERE LEVEL = 5

-- Which employees are not assigned to any project? Give their names.
-- Find the names of employees without an assignment.
SELECT NAME FROM Employee WHERE EMPLOYEE_ID NOT IN (SELECT EMPLOYEE_ID FROM Assignment)

-- Which projects have a budget below the average project budget?
-- Find the names of projects that cost less than the average project.
SELECT NAME FROM Project WHERE BUDGET < (SELECT avg(BUDGET) FROM Project)

-- Which offices have no team? Show city and desks.
-- Give the city and the number of desks of each office without a team.
SELECT CITY, DESKS FROM Office WHERE OFFICE_ID NOT IN (SELECT OFFICE_ID FROM Team)

-- In which cities is there an office and also an employee living there?
SELECT CITY FROM Office INTERSECT SELECT CITY FROM Employee

-- In which cities do employees live where there is no office?
-- Find the employee cities that have no office.
SELECT CITY FROM Employee EXCEPT SELECT CITY FROM Office

-- What are the names of the employees who can speak Spanish? It is a skill.
-- Which employees have the skill Spanish?
SELECT T1.NAME FROM Employee AS T1 JOIN EmployeeSkill AS T2 ON T1.EMPLOYEE_ID = T2.EMPLOYEE_ID JOIN Skill AS T3 ON T2.SKILL_ID = T3.SKILL_ID WHERE T3.NAME = 'Spanish'

-- Which project has the most employees? Give its name and the number of employees.
-- Show the name of the project with the largest number of assigned employees and that number.
SELECT T1.NAME, count(*) FROM Project AS T1 JOIN Assignment AS T2 ON T1.PROJECT_ID = T2.PROJECT_ID GROUP BY T1.PROJECT_ID ORDER BY count(*) DESC LIMIT 1

-- Who spent the most hours on projects in total? Give the name of the employee.
-- Which employee has the highest sum of hours over all assignments?
SELECT T1.NAME FROM Employee AS T1 JOIN Assignment AS T2 ON T1.EMPLOYEE_ID = T2.EMPLOYEE_ID GROUP BY T1.EMPLOYEE_ID ORDER BY sum(T2.HOURS) DESC LIMIT 1

-- Which employees worked more than 200 hours on the project Compass? Show names and hours.
-- Show the name and hours of employees with more than 200 hours on Compass.
SELECT T1.NAME, T2.HOURS FROM Employee AS T1 JOIN Assignment AS T2 ON T1.EMPLOYEE_ID = T2.EMPLOYEE_ID JOIN Project AS T3 ON T2.PROJECT_ID = T3.PROJECT_ID WHERE T3.NAME = 'Compass' AND T2.HOURS > 200

-- Which employees have both the skill Python and the skill SQL?
-- Find the names of employees who know Python and SQL.
SELECT T1.NAME FROM Employee AS T1 JOIN EmployeeSkill AS T2 ON T1.EMPLOYEE_ID = T2.EMPLOYEE_ID JOIN Skill AS T3 ON T2.SKILL_ID = T3.SKILL_ID WHERE T3.NAME = 'Python' INTERSECT SELECT T1.NAME FROM Employee AS T1 JOIN EmployeeSkill AS T2 ON T1.EMPLOYEE_ID = T2.EMPLOYEE_ID JOIN Skill AS T3 ON T2.SKILL_ID = T3.SKILL_ID WHERE T3.NAME = 'SQL'

-- Which teams have no employee whose job is Manager? Give the team names.
-- Show the names of teams without a Manager.
SELECT NAME FROM Team EXCEPT SELECT T1.NAME FROM Team AS T1 JOIN Employee AS T2 ON T1.TEAM_ID = T2.TEAM_ID WHERE T2.JOB = 'Manager'

-- Which teams in Canada have an average salary above 80000? Show team name and average salary.
SELECT T1.NAME, avg(T2.SALARY) FROM Team AS T1 JOIN Employee AS T2 ON T1.TEAM_ID = T2.TEAM_ID JOIN Office AS T3 ON T1.OFFICE_ID = T3.OFFICE_ID WHERE T3.COUNTRY = 'Canada' GROUP BY T1.TEAM_ID HAVING avg(T2.SALARY) > 80000

-- Which employees younger than 35 earn more than the average salary? Give names and ages.
-- Show name and age of employees under 35 with a salary above the average.
SELECT NAME, AGE FROM Employee WHERE AGE < 35 AND SALARY > (SELECT avg(SALARY) FROM Employee)

-- Which cities have an employee who is an Accountant or an employee who is a Designer?
-- Show the cities where someone with the job Accountant lives, together with those where someone with the job Designer lives.
SELECT CITY FROM Employee WHERE JOB = 'Accountant' UNION SELECT CITY FROM Employee WHERE JOB = 'Designer'

-- Show the name and salary of the Engineers, the best paid first. Their job is Engineer.
-- List names and salaries of employees with the job Engineer from high to low salary.
SELECT NAME, SALARY FROM Employee WHERE JOB = 'Engineer' ORDER BY SALARY DESC

-- How many skills does Vikram Shah have?
-- Count the skills of the employee Vikram Shah.
SELECT count(*) FROM EmployeeSkill AS T1 JOIN Employee AS T2 ON T1.EMPLOYEE_ID = T2.EMPLOYEE_ID WHERE T2.NAME = 'Vikram Shah'

-- How many employees does each team have? Show the team name.
-- Give every team name with the number of its employees.
SELECT T1.NAME, count(*) FROM Team AS T1 JOIN Employee AS T2 ON T1.TEAM_ID = T2.TEAM_ID GROUP BY T1.TEAM_ID

-- What are the total budget and the number of projects for each status?
SELECT STATUS, sum(BUDGET), count(*) FROM Project GROUP BY STATUS

-- Which office city has the highest sum of salaries of its employees? Show the city of the office.
-- In the office of which city do employees earn the most altogether? Give the city.
SELECT T1.CITY FROM Office AS T1 JOIN Team AS T2 ON T1.OFFICE_ID = T2.OFFICE_ID JOIN Employee AS T3 ON T2.TEAM_ID = T3.TEAM_ID GROUP BY T1.OFFICE_ID ORDER BY sum(T3.SALARY) DESC LIMIT 1
